using System.Net;
using System.Net.Sockets;
using Ferry.Runtime;
using Ferry.Tests.Transports.Plain;
using Ferry.Transports.Secure;
using Xunit;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Integration;

/// <summary>
/// Whether docs/protocol.md is enough to write a node that links with ours: one that was written from it alone
/// (Transports/Plain) does, over TCP, as either end and with each proof of membership.
/// </summary>
public sealed class SecondImplementationTests : IAsyncLifetime
{
    private const string Phrase = "bafod gihun";
    private const byte Heartbeat = 3, HeartbeatReply = 4;
    private const int Asked = 6;
    private static readonly PlainSpake2 Passphrase = new(Phrase);

    private readonly NodeStage _stage = new();
    private readonly PlainNode _plain = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _plain.Dispose();
        await _stage.DisposeAsync();
    }

    [Theory]
    [InlineData(ProofKind.None)]
    [InlineData(ProofKind.Ticket)]
    [InlineData(ProofKind.Passphrase)]
    public async Task It_dials_a_node(ProofKind proves)
    {
        var node = await StartAsync(proves);
        var ticket = proves != ProofKind.Ticket ? null
            : PlainTicket.Read((await node.InviteAsync(new InviteOptions(1, 600), _stage.Limit)).Ticket);
        var address = ticket?.Addresses[0] ?? await _stage.AddressOf(node);

        using var tcp = await DialAsync(address);
        await using var handshake = new PlainHandshake(tcp.GetStream(), _plain, dials: true);
        var link = await handshake.RunAsync(Membership(proves, ticket?.Secret), "plain").WaitAsync(_stage.Limit);

        Assert.Equal("node", handshake.PeerNickname);
        if (ticket is not null) Assert.Equal(ticket.Inviter, handshake.Peer);
        await TalkAsync(node, link);
    }

    [Theory]
    [InlineData(ProofKind.None)]
    [InlineData(ProofKind.Ticket)]
    [InlineData(ProofKind.Passphrase)]
    public async Task Node_dials_it(ProofKind proves)
    {
        var node = await StartAsync(proves);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"tcp://{listener.LocalEndpoint}";
        var expiry = (ulong)DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds();
        var ticket = new PlainTicket(_plain.Id, [.. Enumerable.Range(0, 16).Select(n => (byte)n)], expiry, [address]);

        var joining = node.JoinAsync(proves == ProofKind.Ticket ? ticket.Text : address, _stage.Limit);
        using var tcp = await listener.AcceptTcpClientAsync(_stage.Limit);
        await using var handshake = new PlainHandshake(tcp.GetStream(), _plain, dials: false);
        var link = await handshake.RunAsync(Membership(proves, ticket.Secret), "plain").WaitAsync(_stage.Limit);

        Assert.Equal(("plain", Convert.ToHexStringLower(_plain.Id)), ((await joining).Nickname, (await joining).Node));
        Assert.Equal("node", handshake.PeerNickname);
        await TalkAsync(node, link);
    }

    [Fact]
    public async Task It_asks_and_is_let_in_when_the_user_says_so()
    {
        var node = await _stage.StartAsync(_stage.OptionsOf("node") with { Open = false });
        var address = await _stage.AddressOf(node);
        using (var first = await DialAsync(address))
        {
            await using var asks = new PlainHandshake(first.GetStream(), _plain, dials: true);
            Assert.Null(await asks.RunAsync(PlainMembership.None, "plain").WaitAsync(_stage.Limit));
            Assert.Equal(Asked, asks.Rejected);
            Assert.Equal("", asks.PeerNickname);
        }
        var waiting = Assert.Single(await node.PeersAsync(_stage.Limit));
        Assert.Equal((PeerState.Waiting, "plain"), (waiting.State, waiting.Nickname));

        await node.AdmitAsync(Convert.ToHexStringLower(_plain.Id), _stage.Limit);

        using var again = await DialAsync(address);
        await using var handshake = new PlainHandshake(again.GetStream(), _plain, dials: true);
        await TalkAsync(node, await handshake.RunAsync(PlainMembership.None, "plain").WaitAsync(_stage.Limit));
    }

    /// <summary>Both ends hear heartbeats and answers to their own; and the node lists its neighbour.</summary>
    private async Task TalkAsync(FerryNode node, PlainLink? link)
    {
        Assert.NotNull(link);
        await link.SendAsync([Heartbeat, .. U64(4711)]);
        var (asked, answered) = (false, false);
        while (!asked || !answered)
        {
            var message = await link.ReceiveAsync().WaitAsync(_stage.Limit);
            if (message[0] == Heartbeat)
            {
                asked = true;
                await link.SendAsync([HeartbeatReply, .. message.AsSpan(1)]);
            }
            if (message[0] == HeartbeatReply) answered = PlainBytes.Read(message.AsSpan(1)) == 4711;
        }
        var id = Convert.ToHexStringLower(_plain.Id);
        await _stage.UntilAsync(async () => (await node.PeersAsync(_stage.Limit))
            .Any(peer => peer.Node == id && peer.Links.Count == 1 && peer.Nickname == "plain"));
    }

    private Task<FerryNode> StartAsync(ProofKind proves)
    {
        var options = _stage.OptionsOf("node") with { Open = proves == ProofKind.None };
        if (proves != ProofKind.Passphrase) return _stage.StartAsync(options);
        var file = _stage.PathOf("phrase");
        File.WriteAllText(file, Phrase + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return _stage.StartAsync(options with { PassphraseFile = file });
    }

    private async Task<TcpClient> DialAsync(string address)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPEndPoint.Parse(address["tcp://".Length..]), _stage.Limit);
        return tcp;
    }

    private static PlainMembership Membership(ProofKind proves, byte[]? ticket) => new(
        proves == ProofKind.Ticket ? ticket : null, proves == ProofKind.Passphrase ? Passphrase : null);
}
