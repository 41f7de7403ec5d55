using Ferry.Runtime;

namespace Ferry.Tests.App;

internal static class Samples
{
    public static string NodeId { get; } = new('a', 64);
    public static string ContentId { get; } = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    /// <summary>
    /// A name as a peer with bad intentions would choose it: colours, a new line, Spectre markup, reversed writing.
    /// </summary>
    public const string HostileName = "a\e[31mb\nc[red]d\u202Efdp.exe\u009Be";

    public static TransferInfo Transfer { get; } = new(
        "feedfacecafebeef0000", TransferDirection.Download, "song.flac", ContentId, NodeId, 2_000_000_000,
        1_400_000_000, 86_000_000, TransferPhase.Running, LogEntryState.Open, null, 604_800, null,
        [new SourceInfo(NodeId, 3, "tcp", 1_400_000_000)]);

    public static InviteInfo Invite { get; } = new(
        "ferry:AQIDBA", DateTimeOffset.UnixEpoch, 3, ["tcp://192.168.1.7:4747"]);

    public static KnownNodeInfo Known(NodeStanding standing, params string[] addresses) =>
        new(NodeId, NodeFingerprint.Of(NodeId), "boat", standing, addresses);

    public static DiagnosisInfo Diagnosis { get; } = new(
        "/data/boat/.ferry/diagnostics/ferry-1.rec.gz", 1_200_000, 5_000, 0, 200, WithNames: false);

    public static SearchHitInfo Hit(string name, string? contentId = null) => new(
        name, 1_400_000_000, contentId ?? ContentId, HitMatch.Exact,
        [new HolderInfo(NodeId, 1, true), new HolderInfo(new string('b', 64), 3, false)]);

    public static RequestEvent.Started Started { get; } = new("song.flac", 2_000, ContentId);

    public static RequestEvent.Completed Completed { get; } = new(
        "/data/boat/.ferry/downloads/song.flac", 2_000, ContentId, 0.5, 2_000, 0,
        [new SourceInfo(NodeId, 3, "tcp", 2_000)], false);

    public static OfferInfo Offer(OfferPhase state, long doneBytes = 0, double rate = 0) => new(
        new('4', 32), TransferDirection.Upload, NodeId, "boat", "aaaa-aaaa-aaaa-aaaa-aaaa", "song.flac", 2_000,
        ContentKind.File, ContentId, state, doneBytes, rate, DateTimeOffset.UnixEpoch);
}
