using System.Net;
using System.Net.Sockets;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Whoever can reach the port can send anything to it; the node goes on serving the others.</summary>
public sealed class HostileNeighbourTests : IDisposable
{
    /// <summary>More than the handshakes a node has under way at once, which is 64.</summary>
    private const int SilentOnes = 100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The beginning of a TLS record that promises 16,000 bytes.</summary>
    private static byte[] HalfARecord => [0x16, 0x03, 0x01, 0x3e, 0x80, 0x01, 0x00, 0x3e, 0x7c];

    [Fact]
    public async Task Garbage_is_refused_and_the_node_goes_on()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            using var liar = await ConnectAsync(holder);
            var garbage = new byte[random.Next(1, 100_000)];
            random.NextBytes(garbage);
            await SendAndReadToEndAsync(liar, garbage);
        }
        await AssertStillServesAsync(holder);
    }

    [Fact]
    public async Task Half_a_frame_and_a_broken_line_do_no_harm()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        for (var round = 0; round < 20; round++)
        {
            using var liar = await ConnectAsync(holder);
            await liar.SendAsync(HalfARecord, TestContext.Current.CancellationToken);
            // Reset instead of close: what a radio out of range looks like.
            liar.LingerState = new LingerOption(enable: true, 0);
        }
        await AssertStillServesAsync(holder);
    }

    [Fact]
    public async Task Many_that_connect_and_say_nothing_keep_nobody_out()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var silent = new List<Socket>();
        try
        {
            for (var count = 0; count < SilentOnes; count++) silent.Add(await ConnectAsync(holder));
            await AssertStillServesAsync(holder);
        }
        finally
        {
            foreach (var socket in silent) socket.Dispose();
        }
    }

    private static async Task<Socket> ConnectAsync(TestNode node)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, node.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Until the node closes: it must, and soon, or the wait fails.</summary>
    private static async Task SendAndReadToEndAsync(Socket socket, byte[] bytes)
    {
        var answer = new byte[4096];
        try
        {
            await socket.SendAsync(bytes, TestContext.Current.CancellationToken);
            socket.Shutdown(SocketShutdown.Send);
            while (await Eventually.InTimeAsync("the node to hang up", socket.ReceiveAsync(answer)) > 0) { }
        }
        catch (SocketException)
        {
            // Hung up on in the middle: just as good.
        }
    }

    private async Task AssertStillServesAsync(TestNode holder)
    {
        var source = Contents.Write(_folder["still.bin"], 300_000);
        await holder.ShareAsync(source);
        await using var requester = await TestNode.StartAsync(_folder, "requester");
        await requester.JoinAsync(holder);
        var completed = await requester.FetchAsync("still.bin");
        Contents.AssertSame(source, completed.Text("path"));
    }
}
