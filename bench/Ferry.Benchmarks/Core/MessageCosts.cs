using System.Diagnostics;
using System.Globalization;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Benchmarks.Core;

/// <summary>
/// What one message of each kind costs the loop of a node whose tables are full: the dearest that a neighbour can bring
/// about with it, over and over. The keys of sessions and the disk are not in it: they have bounds of their own.
/// </summary>
internal static class MessageCosts
{
    /// <summary>Of each message so many are measured, and the median counts.</summary>
    private const int Times = 101;
    private const int Stranger = 1_000_000;

    public static void Run()
    {
        var costs = Measure();
        Console.WriteLine("| message | µs | bytes sent | bytes allocated | pieces |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var cost in costs)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {cost.What} | {cost.Microseconds:N1} | {cost.Sent:N0} | {cost.Allocated:N0} | {cost.Pieces:N1} |"));
        }
    }

    /// <summary>The first is that of an ordinary piece, the last column of which is 1.</summary>
    public static IReadOnlyList<MessageCost> Measure()
    {
        var core = new BusyEngine(10_000, uploads: 512, heartbeat: TimeSpan.FromSeconds(5), floods: true);
        var piece = Median("File Transfer, a piece for a download", _ => BusyEngine.Time(core.ReceivePiece), null);
        return [piece, .. Cases().Select(each => Median(each.What, number => core.Cost(each.Of(number)), piece))];
    }

    private static IEnumerable<(string What, Func<int, Message> Of)> Cases()
    {
        yield return ("Heartbeat", number => new Heartbeat((ulong)number));
        yield return ("Heartbeat Reply, made up", number => new HeartbeatReply((ulong)number));
        yield return ("Address Offer, 16", number => new AddressOffer(
            [.. Enumerable.Range(0, WireLimits.AddressesMax).Select(port => $"tcp://10.0.0.{number}:{port}")]));
        yield return ("Shared Identity", _ => new SharedIdentity(GoesOn: true, "tcp://10.0.0.1:1"));
        yield return ("Route Withdrawal, 1 unknown", number => new RouteWithdrawal([Samples.Node(Stranger + number)]));
        yield return ("Route Withdrawal, 1,000 unknown", number => new RouteWithdrawal(
            [.. Enumerable.Range(0, WireLimits.UnreachableMax).Select(node => Samples.Node(Stranger + node))]));
        yield return ("Route Request, new, passed on", number => new RouteRequest(
            ToAll(number), new QueryId(1_000_000 + (UInt128)number), Samples.Node(Stranger), 0));
        yield return ("Route Reply of a node that is not known", number => new RouteReply(
            ToSelf(Stranger + number), default));
        yield return ("Route Reply for another, no route", number => new RouteReply(
            ToSelf(number) with { Destination = Samples.Node(Stranger) }, default));
        yield return ("File Search, new, passed on", number => new FileSearch(
            ToAll(number), new QueryId(2_000_000 + (UInt128)number), "a song with a name", null, Report: true));
        yield return ("Has File, nobody asked", number => Samples.HasFile with { Envelope = ToSelf(number) });
        yield return ("Search Report, nobody asked", number => new SearchReport(
            ToSelf(number), new QueryId(9), 100, 100, false, [], 0, []));
        yield return ("Offer, made up", number => new Offer(
            ToSelf(Stranger + number), new TransferId((UInt128)number), Samples.Content, "a song with a name", 1,
            default));
        yield return ("Offer Answer, nobody asked", number => new OfferAnswer(
            ToSelf(number), new TransferId((UInt128)number), Samples.Content, OfferState.Arrived, 0, default));
        yield return ("Manifest Request", number => new ManifestRequest(ToSelf(number), Samples.Content, 0));
        yield return ("Manifest Part, nobody asked", number => new ManifestPart(
            ToSelf(number), Samples.Content, 1L << 40, 0, new byte[WireLimits.LeavesPerPartMax * Bytes32.Length]));
        yield return ("Transfer Request, a session more", number => BusyEngine.RequestOf(
            Stranger + number, [new ChunkRange(0, 1)]));
        yield return ("Transfer Request, Again, 256 ranges", number => BusyEngine.RequestOf(
            number, [.. Enumerable.Range(0, WireLimits.RangesMax).Select(range => new ChunkRange(range, 1024))]));
        yield return ("Transfer Accept, unknown", number => new TransferAccept(
            ToSelf(number), new TransferId(77), new byte[292]));
        yield return ("File Transfer for another, no route", number => Samples.Piece(WireLimits.PieceBytesMax) with
        {
            Envelope = ToSelf(number) with { Destination = Samples.Node(Stranger) },
        });
        yield return ("Ack, 256 ranges", number => new Ack(
            ToSelf(number), new TransferId((UInt128)(1 + number)), 0,
            [.. Enumerable.Range(0, WireLimits.RangesMax).Select(range => new ChunkRange(2 * range, 1))], 1 << 20, 0));
        yield return ("Transfer Resume, unknown", number => new TransferResume(
            ToSelf(number), new TransferId(77), Samples.Content));
        yield return ("Receipt, unknown", number => new Receipt(ToSelf(number), new TransferId(77_777), default));
        yield return ("Refusal, unknown", number => new Refusal(
            ToSelf(number), new TransferId(77_777), RefusalReason.Cancelled, default));
    }

    private static MessageCost Median(
        string what, Func<int, (long Ticks, long Allocated, long Sent)> measure, MessageCost? piece)
    {
        var all = Enumerable.Range(0, Times).Select(measure).ToList();
        var ticks = Middle(all.Select(cost => cost.Ticks));
        var microseconds = ticks * 1e6 / Stopwatch.Frequency;
        return new MessageCost(
            what, microseconds, Middle(all.Select(cost => cost.Sent)), Middle(all.Select(cost => cost.Allocated)),
            piece is null ? 1 : microseconds / piece.Microseconds);
    }

    private static long Middle(IEnumerable<long> values) => values.Order().ElementAt(Times / 2);

    private static Envelope ToSelf(int source) => BusyEngine.Heard(Samples.Node(source));

    private static Envelope ToAll(int source) => ToSelf(source) with { Destination = default };
}

/// <param name="Pieces">How many times as long as an ordinary piece.</param>
internal sealed record MessageCost(string What, double Microseconds, long Sent, long Allocated, double Pieces);
