using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Tests;

/// <summary>Values of the core by number, for tests to whom it is the same which.</summary>
internal static class Some
{
    public static readonly LinkTraits Tcp = new("tcp", 1 << 20, 100_000_000, TimeSpan.FromMilliseconds(1));
    public static readonly LinkTraits Bluetooth = new("bluetooth", 4096, 200_000, TimeSpan.FromMilliseconds(30));

    public static readonly KeyedIds Ids = new(Seed(1));

    public static Bytes32 Seed(ulong number) => new(number, 0, 0, 0);
    public static Chance Chance(ulong number) => new(Seed(number));
    public static NodeId Node(int number) => new(new Bytes32((ulong)number, 0, 0, 1));
    public static LinkId Link(int number) => new(number);
    public static TransferId Transfer(int number) => new((UInt128)number);
    public static QueryId Query(int number) => new((UInt128)number);
    public static Instant At(double seconds) => new((long)Math.Round(seconds * 1_000_000));
    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>A content of full chunks of 64 KiB; its leaves are hashes of numbers.</summary>
    public static Manifest Content(int chunks, int number = 0)
    {
        var leaves = new byte[chunks * Bytes32.Length];
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            var bytes = BitConverter.GetBytes(((long)number << 32) + chunk);
            SHA256.HashData(bytes, leaves.AsSpan(chunk * Bytes32.Length));
        }
        return Manifest.Create((long)chunks * ChunkLayout.ChunkBytesMin, leaves);
    }

    /// <summary>The other end of a session, over plain seals.</summary>
    public static SessionChannel Channel(SessionEnd self = SessionEnd.Requester) =>
        new(new PlainSeals(), Transfer(1), self);

    public static EngineOptions Options(NodeId self) =>
        new() { Self = self, Nickname = "some", Seed = Seed(7), FirstSequence = 1000, IsOpen = true };

    /// <param name="path">Null for the only one of its transport.</param>
    public static Input.LinkUp LinkUp(
        int link, NodeId peer, bool dialed = true, LinkTraits? traits = null, string? path = null,
        ulong run = 0) => new(
        Link(link), new Join(1, 1, peer, "peer", 1 << 20, default, run), traits ?? Tcp,
        path ?? (traits ?? Tcp).Transport, "somewhere", dialed);

    /// <summary>An envelope as a neighbour hands it over: it is <paramref name="metric"/> from the source.</summary>
    public static Envelope Heard(NodeId source, ulong sequence, uint metric, byte hops = 1, NodeId to = default) =>
        new(source, to, sequence, metric, hops, 8);

    /// <summary>An envelope of a message that its source sent to a neighbour.</summary>
    public static Envelope From(NodeId source, NodeId to, ulong sequence = 1) => new(source, to, sequence, 0, 0, 8);

    public static HasFile Hit(NodeId holder, Manifest manifest, QueryId query = default) => new(
        From(holder, default), query, manifest.Id, "song.flac", manifest.Layout.ContentBytes,
        [new ChunkRange(0, manifest.Layout.ChunkCount)]);
}

/// <summary>Runs a room's deadlines as the engine does.</summary>
internal static class DeadlineRunning
{
    public static void Run(this Deadlines deadlines, Instant now, Action<Deadline> act)
    {
        while (deadlines.TakeDue(now) is { } due) act(due);
    }
}

internal static class OutboxReading
{
    public static List<T> Routed<T>(this Outbox outbox) where T : RoutedMessage => [.. outbox.Routed.OfType<T>()];

    public static List<T> Floods<T>(this Outbox outbox) where T : RoutedMessage =>
        [.. outbox.Floods.Select(flood => flood.Message).OfType<T>()];

    public static List<T> Effects<T>(this Outbox outbox) where T : Effect => [.. outbox.Effects.OfType<T>()];

    public static List<T> Stores<T>(this Outbox outbox) where T : StorageRequest =>
        [.. outbox.Effects.OfType<Effect.Store>().Select(store => store.Request).OfType<T>()];

    public static List<T> Notices<T>(this Outbox outbox) where T : Notice =>
        [.. outbox.Effects.OfType<Effect.Tell>().Select(tell => tell.Notice).OfType<T>()];

    /// <summary>Messages sent, of one kind.</summary>
    public static List<(LinkId Link, T Message)> Sent<T>(this Outbox outbox) where T : Message =>
        [.. outbox.Effects.OfType<Effect.Send>().Where(send => send.Message is T)
            .Select(send => (send.Link, (T)send.Message))];

    /// <summary>Forgets effects, routed messages and floods.</summary>
    public static void Empty(this Outbox outbox)
    {
        outbox.Clear();
        outbox.Routed.Clear();
        outbox.Floods.Clear();
    }
}
