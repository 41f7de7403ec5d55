using System.Net;
using System.Net.Sockets;
using Ferry.Protocol.Wire;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Ferry.Transports.Tcp;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class TcpTransportTests
{
    private readonly TransportSet _transports = TransportSet.Standard(TimeProvider.System, "test");

    [Theory]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://[::1]:0")]
    [InlineData("localhost:0")]
    public async Task Link_over_loopback_carries_messages_and_pieces(string address)
    {
        if (!Socket.OSSupportsIPv6 && address.Contains("::1", StringComparison.Ordinal)) return;
        var (dialer, listener) = await Connect(address);
        var (near, far) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(), (dialer, listener));
        await using var sending = near.Value!;
        await using var receiving = far.Value!;
        Assert.Equal(WireLimits.BodyBytesMax, sending.Traits.FrameBytesMax);

        var head = LinkFixture.Piece(WireLimits.PieceBytesMax);
        var sent = LinkFixture.SendBody(sending, head);
        var received = await LinkFixture.Receive(receiving);
        await sent;
        Assert.Equal(head, received.Message);
        LinkFixture.AssertBody(head, received.Body);
        received.Body!.Dispose();
        await receiving.WriteAsync(new Heartbeat(5), CancellationToken.None);
        Assert.Equal(new Heartbeat(5), (await LinkFixture.Receive(sending)).Message);
    }

    [Fact]
    public async Task Neighbour_that_closes_ends_the_link()
    {
        var (dialer, listener) = await Connect("127.0.0.1:0");
        var (near, far) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(), (dialer, listener));
        await near.Value!.DisposeAsync();
        await using var left = far.Value!;
        Assert.Equal(LinkCloseReason.PeerClosed, (await LinkFixture.Receive(left)).Close?.Reason);
    }

    [Fact]
    public async Task Nobody_listening_is_said_so()
    {
        var free = (await _transports.ListenAsync("127.0.0.1:0", CancellationToken.None)).Value!;
        await free.DisposeAsync();
        var outcome = await _transports.ConnectAsync(free.BoundAddress, CancellationToken.None);
        Assert.Equal(LinkFailureKind.ConnectionRefused, outcome.Failure?.Kind);
        Assert.Contains(free.BoundAddress, outcome.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_nobody_has_is_said_so()
    {
        var outcome = await _transports.ConnectAsync("no-such-machine.invalid", CancellationToken.None);
        Assert.Equal(LinkFailureKind.NameNotKnown, outcome.Failure?.Kind);
        Assert.Contains("'no-such-machine.invalid'", outcome.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_is_named()
    {
        await using var first = (await _transports.ListenAsync("127.0.0.1:0", CancellationToken.None)).Value!;
        var second = await _transports.ListenAsync(first.BoundAddress, CancellationToken.None);
        Assert.Equal(LinkFailureKind.AddressInUse, second.Failure?.Kind);
        var port = first.BoundAddress[(first.BoundAddress.LastIndexOf(':') + 1)..];
        Assert.Contains($"port {port} ", second.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_of_another_machine_cannot_be_listened_at()
    {
        var outcome = await _transports.ListenAsync("192.0.2.1:0", CancellationToken.None);
        Assert.Equal(LinkFailureKind.CannotListen, outcome.Failure?.Kind);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Wildcard_of_IPv6_takes_both_families(string host)
    {
        if (!Socket.OSSupportsIPv6 && host.Contains(':')) return;
        await using var listening = (await _transports.ListenAsync("tcp://[::]:0", CancellationToken.None)).Value!;
        var accepting = listening.AcceptAsync(CancellationToken.None);
        var port = new Uri(listening.BoundAddress).Port;
        var dialer = await _transports.ConnectAsync($"{host}:{port}", CancellationToken.None);
        await using var near = dialer.Value!;
        await using var far = (await accepting.WaitAsync(Patience.Limit))!;
        // A neighbour is known by the same address whichever socket took it.
        Assert.Equal(near.LocalAddress, far.RemoteAddress);
    }

    [Theory]
    [InlineData("0.0.0.0", "'ferry status' on the other machine")]
    [InlineData("[::]:5000", "'ferry status' on the other machine")]
    [InlineData("[fe80::7]", "join [fe80::7%")]
    [InlineData("[fe80::7%nowhere0]:5000", "no network interface 'nowhere0'")]
    [InlineData("127.0.0.1:0", "port 0")]
    public async Task Address_that_leads_nowhere_is_answered_with_the_way_out(string address, string says)
    {
        var outcome = await _transports.ConnectAsync(address, CancellationToken.None);
        Assert.Equal(LinkFailureKind.BadAddress, outcome.Failure?.Kind);
        Assert.Contains(says, outcome.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_machine_where_another_was_meant_is_said_so()
    {
        var free = (await _transports.ListenAsync("127.0.0.1:0", CancellationToken.None)).Value!;
        await free.DisposeAsync();
        var port = new Uri(free.BoundAddress).Port;
        foreach (var host in (string[])["127.0.0.1", "localhost"])
        {
            var outcome = await _transports.ConnectAsync($"{host}:{port}", CancellationToken.None);
            Assert.Equal(LinkFailureKind.ConnectionRefused, outcome.Failure?.Kind);
            Assert.Contains("this machine itself", outcome.Failure!.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Name_that_means_the_loopback_here_is_warned_of()
    {
        var asked = new NodeAddress.Tcp("boat", 4747);
        Assert.Contains(
            "'boat' means 127.0.1.1 here", TcpAddresses.Caveat(asked, IPEndPoint.Parse("127.0.1.1:4747")),
            StringComparison.Ordinal);
        Assert.Null(TcpAddresses.Caveat(asked, IPEndPoint.Parse("192.168.1.7:4747")));
        Assert.Null(TcpAddresses.Caveat(asked with { Host = "127.0.1.1" }, IPEndPoint.Parse("127.0.1.1:4747")));
        Assert.Null(TcpAddresses.Caveat(asked with { Host = "localhost" }, IPEndPoint.Parse("127.0.0.1:4747")));
    }

    [Fact]
    public async Task Port_is_free_again_after_its_connections_were_closed_here()
    {
        var listening = (await _transports.ListenAsync("127.0.0.1:0", CancellationToken.None)).Value!;
        var dialer = (await _transports.ConnectAsync(listening.BoundAddress, CancellationToken.None)).Value!;
        var accepted = await listening.AcceptAsync(CancellationToken.None);
        await accepted!.DisposeAsync();
        await listening.DisposeAsync();
        await dialer.DisposeAsync();
        var again = await _transports.ListenAsync(listening.BoundAddress, CancellationToken.None);
        Assert.Null(again.Failure);
        await again.Value!.DisposeAsync();
    }

    [Fact]
    public async Task Silent_machine_is_given_up_after_ten_seconds()
    {
        var time = new TestClock();
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var address = full.LocalEndPoint!.ToString()!;
        var transports = TransportSet.Standard(time, "test");

        // A backlog that is full drops further connections in silence, as a firewall does.
        var dialing = Enumerable.Range(0, 4)
            .Select(_ => transports.ConnectAsync(address, CancellationToken.None))
            .ToArray();
        time.Advance(TimeSpan.FromSeconds(10));
        var outcomes = await Task.WhenAll(dialing).WaitAsync(Patience.Limit);
        Assert.Contains(outcomes, outcome => outcome.Failure?.Kind == LinkFailureKind.TimedOut);
        foreach (var outcome in outcomes)
        {
            if (outcome.Succeeded) await outcome.Value.DisposeAsync();
        }
    }

    [Fact]
    public async Task Closed_listener_accepts_nothing_more()
    {
        var listening = (await _transports.ListenAsync("127.0.0.1:0", CancellationToken.None)).Value!;
        var accepting = listening.AcceptAsync(CancellationToken.None);
        await listening.DisposeAsync();
        Assert.Null(await accepting.WaitAsync(Patience.Limit));
        Assert.Null(await listening.AcceptAsync(CancellationToken.None).WaitAsync(Patience.Limit));
    }

    /// <summary>
    /// A reader of bulk is woken for each packet otherwise: 16,000 times in five seconds at 300 Mbit/s.
    /// </summary>
    [Fact]
    public async Task Reader_with_no_use_for_less_is_woken_for_so_much_or_at_the_end()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listening.LocalEndPoint!);
        using var far = await listening.AcceptAsync();
        await using var connection = new TcpConnection(far);

        connection.WakeReaderAt(100);
        near.Send(new byte[99]);
        await ArrivedAsync(far, 99);
        Assert.False(far.Poll(0, SelectMode.SelectRead));
        near.Send(new byte[1]);
        await ArrivedAsync(far, 100);
        Assert.True(far.Poll(0, SelectMode.SelectRead));

        connection.WakeReaderAt(101);
        Assert.False(far.Poll(0, SelectMode.SelectRead));
        connection.WakeReaderAt(1);
        Assert.True(far.Poll(0, SelectMode.SelectRead));

        connection.WakeReaderAt(101);
        near.Shutdown(SocketShutdown.Send);
        await connection.Stream.ReadExactlyAsync(new byte[100]);
        Assert.Equal(0, await connection.Stream.ReadAsync(new byte[1]));
    }

    private static Task ArrivedAsync(Socket socket, int bytes) =>
        Patience.UntilAsync(() => socket.Available == bytes);

    private async Task<(IConnection Dialer, IConnection Listener)> Connect(string address)
    {
        await using var listening = (await _transports.ListenAsync(address, CancellationToken.None)).Value!;
        var accepting = listening.AcceptAsync(CancellationToken.None);
        var dialer = await _transports.ConnectAsync(listening.BoundAddress, CancellationToken.None);
        Assert.Null(dialer.Failure);
        return (dialer.Value!, (await accepting.WaitAsync(Patience.Limit))!);
    }
}
