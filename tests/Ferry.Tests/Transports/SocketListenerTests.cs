using System.Net;
using System.Net.Sockets;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class SocketListenerTests
{
    [Fact]
    public async Task Caller_that_has_gone_again_does_not_end_the_listener()
    {
        var cancel = TestContext.Current.CancellationToken;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var calls = 0;
        await using var listener = new SocketListener(
            socket, "tcp://127.0.0.1:0", () => [], () => null,
            _ => ++calls == 1 ? throw new IOException("not connected any more")
                : MemoryConnection.Pair(MemoryConnection.DefaultTraits).Item1,
            TimeProvider.System);
        using var first = new TcpClient();
        using var second = new TcpClient();
        await first.ConnectAsync((IPEndPoint)socket.LocalEndPoint!, cancel);
        await second.ConnectAsync((IPEndPoint)socket.LocalEndPoint!, cancel);

        Assert.NotNull(await listener.AcceptAsync(cancel).WaitAsync(Patience.Limit, cancel));
        Assert.Equal(2, calls);
    }
}
