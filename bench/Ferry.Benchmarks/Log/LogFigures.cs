using System.Globalization;

namespace Ferry.Benchmarks.Log;

/// <summary>
/// What the write-ahead log costs and how soon it is read again, as tables for docs/performance.md. Not a benchmark of
/// BenchmarkDotNet: it is about many callers and a disk, and compares within each round.
/// </summary>
internal static class LogFigures
{
    private const int Rounds = 5;
    private static readonly int[] Callers = [1, 16, 256];
    private static readonly int[] Entries = [100, 1_000, 10_000, 100_000];

    public static async Task RunAsync()
    {
        Console.WriteLine("| callers | records/s | SQLite, records/s | ratio |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var callers in Callers)
        {
            var rounds = Enumerable.Range(0, Rounds).Select(_ => AppendDuel.Fight(callers)).ToList();
            var ratios = rounds.Select(round => round.Ferry / round.Sqlite);
            Console.WriteLine($"| {callers} | {Spread(rounds.Select(round => round.Ferry), "N0")} "
                + $"| {Spread(rounds.Select(round => round.Sqlite), "N0")} | {Spread(ratios, "F1")} |");
        }
        Console.WriteLine();
        Console.WriteLine("| entries | log, KB | log read, ms | store open, ms | node up, ms | node's memory, MB |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var entries in Entries)
        {
            using var home = new FullHome(entries);
            var logBytes = home.LogBytes;
            var rounds = new List<RecoveryRun>();
            for (var round = 0; round < Rounds; round++) rounds.Add(await RecoveryRun.MeasureAsync(home));
            Console.WriteLine($"| {entries:N0} | {logBytes / 1000:N0} "
                + $"| {Spread(rounds.Select(run => run.LogRead), "F1")} "
                + $"| {Spread(rounds.Select(run => run.StoreOpen), "F0")} "
                + $"| {Spread(rounds.Select(run => run.NodeUp), "F0")} "
                + $"| {Spread(rounds.Select(run => run.HeapBytes / 1e6), "F1")} |");
        }
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        var text = (double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{text(sorted[sorted.Count / 2])} ({text(sorted[0])}..{text(sorted[^1])})";
    }
}
