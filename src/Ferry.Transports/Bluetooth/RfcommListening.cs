namespace Ferry.Transports.Bluetooth;

/// <summary>A channel of an adapter that takes connections.</summary>
/// <param name="closed">Called once it takes no more.</param>
internal sealed class RfcommListening(SocketListener socket, string? caveat, Action closed) : IListener
{
    public string BoundAddress => socket.BoundAddress;
    public string? Caveat => caveat;

    public Task<IConnection?> AcceptAsync(CancellationToken cancel) => socket.AcceptAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await socket.DisposeAsync();
        closed();
    }
}
