using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>A listening socket.</summary>
internal sealed class TcpListening(Socket socket, TimeProvider time) : IListener
{
    /// <summary>
    /// Accepting fails for a while when the process has no descriptors left; the listener outlives that.
    /// </summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    private volatile bool _closed;

    public string BoundAddress { get; } = TcpConnection.Text(socket.LocalEndPoint);

    public async Task<IConnection?> AcceptAsync(CancellationToken cancel)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await socket.AcceptAsync(cancel);
                var connection = new TcpConnection(accepted);
                accepted = null;
                return connection;
            }
            catch (Exception e) when (_closed && e is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException)
            {
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
