using System.Net.Sockets;

namespace Ferry.Transports;

/// <summary>A listening socket of any kind, which it closes in the end.</summary>
/// <param name="addresses">Where others can connect to it now.</param>
/// <param name="caveat">See <see cref="IListener.Caveat"/>.</param>
/// <param name="connect">Makes a connection of an accepted socket, which it takes over unless it throws.</param>
internal sealed class SocketListener(
    Socket socket, string boundAddress, Func<IReadOnlyList<string>> addresses, Func<string?> caveat,
    Func<Socket, IConnection> connect, TimeProvider time) : IListener
{
    /// <summary>Accepting fails while the process has no file descriptors left; the listener retries.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    private volatile bool _closed;

    public string BoundAddress => boundAddress;
    public IReadOnlyList<string> Addresses => addresses();
    public string? Caveat => caveat();

    public async Task<IConnection?> AcceptAsync(CancellationToken cancel)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await socket.AcceptAsync(cancel);
                var connection = connect(accepted);
                accepted = null;
                return connection;
            }
            catch (Exception e) when (_closed && e is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // No descriptors are left, or who called has gone again.
                await Task.Delay(RetryAfter, time, cancel);
            }
            finally
            {
                accepted?.Dispose();
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _closed = true;
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
