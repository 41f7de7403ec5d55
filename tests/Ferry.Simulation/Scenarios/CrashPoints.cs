using Ferry.Protocol.Values;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Every power cut there is: a small scenario is run once to count each party's disk operations and the messages that
/// reach it, and then once for each of these moments with the power going exactly there. Whoever went down comes back
/// after some seconds, and the run must end as if nothing had been.
/// </summary>
internal static class CrashPoints
{
    public const string Disk = "at disk operations";
    public const string Deliveries = "at deliveries";
    public const string Together = "of several at once";
    public const string Pairs = "of two, each at a moment of its own";
    public const string Outcomes = "with all that the disk may keep";
    public const string Sampled = "with samples of what the disk may keep";

    /// <summary>
    /// A power cut that can leave the disk in at most so many ways is tried with all of them: eight sectors, lengths or
    /// names that were not flushed. Where there are more, so many are drawn.
    /// </summary>
    public const long OutcomesMax = 256;
    private const int Samples = 8;

    /// <summary>Holder, relay, requester; three chunks, the last of one byte.</summary>
    public static readonly Scenario Small = new("crash-points", stage =>
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(2 * Stage.Chunk + 1, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.BoundResends(losses: 0);
    });

    /// <summary>
    /// The same with the requester downloading two contents, one of them empty, and the relay wanting one too.
    /// </summary>
    public static readonly Scenario Pair = new("crash-points-pair", stage =>
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(4 * Stage.Chunk, nodes[0]);
        var empty = stage.Share(0, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.WantAt(1.1, nodes[2], empty);
        stage.WantAt(1.2, nodes[1], content);
    });

    /// <summary>Four sectors of content, so that everything a disk may keep of them can be tried.</summary>
    public static readonly Scenario Tiny = new("crash-points-tiny", stage =>
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(2_000, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.BoundResends(losses: 0);
    });

    /// <summary>The requester's user cancels in the middle: no file and no entry may be left of it.</summary>
    public static readonly Scenario Cancelled = new("crash-points-cancel", stage =>
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(20 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.At(2.6, () => nodes[1].User.Cancel(content));
    });

    /// <summary>A file with holes, and one that is a hole: nobody sends them, and they are durable.</summary>
    public static readonly Scenario Sparse = new("crash-points-sparse", stage =>
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.ShareSparse(4 * Stage.Chunk + 1, [0, 2, 4], nodes[0]);
        var hole = stage.ShareSparse(2 * Stage.Chunk, [0, 1], nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.WantAt(1.1, nodes[1], hole);
    });

    public static readonly IReadOnlyList<Scenario> All = [Small, Pair, Tiny, Cancelled, Sparse];

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    /// <param name="again">The power goes a second time so many operations after each restart; 0 for once only.</param>
    public static CrashPointReport Singly(Scenario scenario, ulong seed, int again = 0)
    {
        var report = new CrashPointReport(scenario);
        foreach (var point in PointsOf(scenario, seed, report))
            report.Add(KindOf(point), Run(scenario, seed, new CrashPlan(point with { Again = again })));
        return report;
    }

    /// <summary>
    /// With each point others go down too: every pair and everybody, in every order of coming back. One of these ways
    /// for each point (the next seed tries the next one), or all of them.
    /// </summary>
    public static CrashPointReport TogetherAt(Scenario scenario, ulong seed, bool allWays)
    {
        var report = new CrashPointReport(scenario);
        var turn = (int)(seed % int.MaxValue);
        foreach (var point in PointsOf(scenario, seed, report))
        {
            var ways = WaysToFall(point.Node, report.Nodes);
            var chosen = allWays ? ways : [ways[turn++ % ways.Count]];
            foreach (var way in chosen) report.Add(Together, Run(scenario, seed, new CrashPlan(point, way)));
        }
        return report;
    }

    /// <summary>Two nodes lose power, each at a moment of its own; pairs of moments are drawn.</summary>
    public static CrashPointReport PairsOf(Scenario scenario, ulong seed, int pairs)
    {
        var report = new CrashPointReport(scenario);
        var points = PointsOf(scenario, seed, report);
        var random = new SeededRandom(seed);
        for (var pair = 0; pair < pairs && points.Count > 0; pair++)
        {
            var first = points[random.Next(points.Count)];
            var others = points.Where(point => point.Node != first.Node).ToArray();
            report.Add(Pairs, Run(scenario, seed, new CrashPlan([first, others[random.Next(others.Length)]], [])));
        }
        return report;
    }

    /// <summary>Each power cut with everything that the disk may keep of what was not flushed.</summary>
    public static CrashPointReport EveryOutcome(Scenario scenario, ulong seed)
    {
        var report = new CrashPointReport(scenario);
        var random = new SeededRandom(seed);
        foreach (var point in PointsOf(scenario, seed, report))
        {
            var least = Run(scenario, seed, new CrashPlan(point with { Outcome = 0 }));
            var all = least.CrashOutcomes <= OutcomesMax;
            report.Add(all ? Outcomes : Sampled, least);
            var more = all ? least.CrashOutcomes - 1 : Samples;
            for (var next = 1; next <= more; next++)
            {
                var outcome = all ? next : (long)(random.NextDouble() * least.CrashOutcomes);
                var run = Run(scenario, seed, new CrashPlan(point with { Outcome = outcome }));
                report.Add(all ? Outcomes : Sampled, run);
            }
        }
        return report;
    }

    private static string KindOf(CrashPoint point) =>
        point.Moment == CrashMoment.Delivery ? Deliveries : Disk;

    private static RunResult Run(Scenario scenario, ulong seed, CrashPlan plan) =>
        SimRun.Execute(scenario, seed, plan: plan);

    /// <summary>None when even the run without a crash fails.</summary>
    private static List<CrashPoint> PointsOf(Scenario scenario, ulong seed, CrashPointReport report)
    {
        var baseline = SimRun.Execute(scenario, seed);
        report.Nodes = baseline.Activity.Count;
        if (baseline.Failure is not null)
        {
            report.Add("without a crash", baseline);
            return [];
        }
        var points = new List<CrashPoint>();
        for (var node = 0; node < baseline.Activity.Count; node++)
        {
            var activity = baseline.Activity[node];
            for (var operation = activity.First; operation <= activity.Last; operation++)
                points.Add(new CrashPoint(node, CrashMoment.DiskOperation, operation));
            for (var delivery = 1; delivery <= activity.Deliveries; delivery++)
                points.Add(new CrashPoint(node, CrashMoment.Delivery, delivery));
        }
        return points;
    }

    /// <summary>All sets of at least two nodes with this one among them, in all orders of coming back.</summary>
    private static List<int[]> WaysToFall(int node, int nodes) =>
        [.. Orders([.. Enumerable.Range(0, nodes)]).Where(order => order.Length > 1 && order.Contains(node))];

    /// <summary>All sequences of some of the items.</summary>
    private static IEnumerable<int[]> Orders(int[] items)
    {
        yield return [];
        foreach (var first in items)
            foreach (var rest in Orders([.. items.Where(item => item != first)])) yield return [first, .. rest];
    }
}
