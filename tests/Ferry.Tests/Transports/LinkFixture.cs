using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Links;
using Ferry.Runtime.Links.Pump;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

/// <summary>Makes the two ends of a link, and what they say to each other.</summary>
internal static class LinkFixture
{
    public static readonly Envelope Envelope = new(
        new NodeId(new Bytes32(1, 1, 1, 1)), new NodeId(new Bytes32(2, 2, 2, 2)), 7, 1000, 1, 8);

    public static LinkGround Ground => new(Envelope.Source, new PassedOnBudget(), new UpLimits());

    public static HandshakeSettings Settings(
        Identity? self = null, ushort versionMin = 1, ushort versionMax = 1, string nickname = "node",
        TimeProvider? time = null) =>
        new(
            self ?? Identity.Create(),
            _ => new Join(versionMin, versionMax, NodeId.None, nickname, 0, ReadOnlyMemory<byte>.Empty, Run: 0),
            _ => new AdmissionResult.Admitted(),
            time ?? TimeProvider.System);

    public static LinkTraits Traits(int frameBytesMax) =>
        MemoryConnection.DefaultTraits with { FrameBytesMax = frameBytesMax };

    public static async Task<(Outcome<SecureLink> Dialer, Outcome<SecureLink> Listener)> ShakeHands(
        HandshakeSettings dialer, HandshakeSettings listener, (IConnection Dialer, IConnection Listener)? over = null,
        NodeId? expected = null)
    {
        var (near, far) = over ?? MemoryConnection.Pair(MemoryConnection.DefaultTraits);
        var dialing = Handshake.DialAsync(near, dialer, expected, CancellationToken.None);
        var listening = Handshake.ListenAsync(far, listener, CancellationToken.None);
        return (await dialing.WaitAsync(Patience.Limit), await listening.WaitAsync(Patience.Limit));
    }

    /// <summary>Two ends of a link that is up.</summary>
    public static async Task<(SecureLink Dialer, SecureLink Listener)> Linked(
        int frameBytesMax = WireLimits.BodyBytesMax, RekeyPolicy? rekey = null)
    {
        var rekeying = rekey ?? RekeyPolicy.Standard;
        var (dialer, listener) = await ShakeHands(
            Settings() with { Rekey = rekeying }, Settings() with { Rekey = rekeying },
            MemoryConnection.Pair(Traits(frameBytesMax)));
        Assert.Null(dialer.Failure);
        Assert.Null(listener.Failure);
        return (dialer.Value!, listener.Value!);
    }

    public static FileTransfer Piece(int pieceBytes, ulong transfer = 1, ulong number = 0) =>
        new(Envelope, new TransferId(transfer), 0, 0, number, pieceBytes + FileTransfer.SealBytes);

    /// <summary>A body whose bytes follow from its number.</summary>
    public static PooledBody Body(FileTransfer head)
    {
        var pooled = PooledBody.Rent(head.BodyBytes);
        Fill(head, pooled.Span);
        return pooled;
    }

    public static void AssertBody(FileTransfer head, PooledBody? body)
    {
        Assert.NotNull(body);
        var expected = new byte[head.BodyBytes];
        Fill(head, expected);
        Assert.True(body.Span.SequenceEqual(expected), "the body's bytes changed on their way");
    }

    public static async Task SendBody(SecureLink link, FileTransfer head)
    {
        link.StartBulk(head, Body(head));
        while (link.BulkPending) Assert.NotNull(await link.ContinueBulkAsync(int.MaxValue, CancellationToken.None));
    }

    public static async Task<LinkReceived> Receive(SecureLink link) =>
        await link.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Patience.Limit);

    private static void Fill(FileTransfer head, Span<byte> bytes)
    {
        var random = new SeededRandom(head.SealNumber + 1);
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextUInt64();
    }
}
