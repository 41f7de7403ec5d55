namespace Ferry.Transports.Bluetooth;

/// <summary>
/// A channel of an adapter that takes connections, with its record in the machine's service discovery.
/// </summary>
internal sealed class RfcommListening(
    SocketListener socket, ServicePublication publication, BluetoothAddress adapter) : IListener
{
    public string BoundAddress => socket.BoundAddress;

    /// <summary>An adapter that is off is listened at all the same: it may be turned on later.</summary>
    public string? Caveat
    {
        get
        {
            var now = BluetoothAdapter.All().Value?.FirstOrDefault(one => one.Address == adapter);
            if (now is null) return BluetoothFailure.NoAdapter.Text;
            return BluetoothFailure.OfState(now)?.Text ?? publication.Failure;
        }
    }

    public Task<IConnection?> AcceptAsync(CancellationToken cancel) => socket.AcceptAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await socket.DisposeAsync();
        await publication.DisposeAsync();
    }
}
