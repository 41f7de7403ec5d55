using System.Diagnostics;
using System.Globalization;

namespace Ferry.Benchmarks.Core;

/// <summary>
/// What one input costs the core beside few and beside many downloads, routes and uploads, as a table for
/// docs/performance.md. Not a benchmark of BenchmarkDotNet: the sizes take turns in rounds, so that what else the
/// machine does meets all of them, and the fastest round counts.
/// </summary>
internal static class CoreFigures
{
    private const int Rounds = 31;
    private const int InputsPerRound = 200;
    private static readonly int[] Sizes = [10, 100, 1_000, 10_000];

    public static void Run()
    {
        Console.WriteLine("| what | " + string.Join(" | ", Sizes.Select(size => $"{size:N0}")) + " | most / least |");
        Console.WriteLine("|---|" + string.Concat(Sizes.Select(_ => "---|")) + "---|");
        var heartbeat = TimeSpan.FromSeconds(5);
        var engines = Sizes.Select(size => new BusyEngine(size, uploads: 10, heartbeat)).ToList();
        Measure("piece received", engines, engine => engine.ReceivePiece());
        Measure("piece sent", engines, engine => engine.SendPiece());
        Measure("piece passed on", engines, engine => engine.PassOn());
        engines = [.. Sizes.Select(size => new BusyEngine(size, Math.Min(size, 512), heartbeat))];
        Measure("piece sent beside as many uploads, at most 512", engines, engine => engine.SendPiece());
        engines = [.. Sizes.Select(size => new BusyEngine(size, uploads: 10, TimeSpan.FromMicroseconds(40)))];
        Measure("tick that sends 4 heartbeats", engines, engine => engine.Tick());
    }

    private static void Measure(string what, List<BusyEngine> engines, Action<BusyEngine> act)
    {
        var best = engines.ConvertAll(_ => (Nanoseconds: double.MaxValue, Bytes: double.MaxValue));
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < engines.Count; index++)
            {
                var (nanoseconds, bytes) = Time(engines[index], act);
                best[index] = (Math.Min(best[index].Nanoseconds, nanoseconds), Math.Min(best[index].Bytes, bytes));
            }
        }
        Print($"{what}, ns", best.ConvertAll(figures => figures.Nanoseconds));
        Print($"{what}, bytes allocated", best.ConvertAll(figures => figures.Bytes));
    }

    private static (double Nanoseconds, double Bytes) Time(BusyEngine engine, Action<BusyEngine> act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var input = 0; input < InputsPerRound; input++) act(engine);
        var nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return (nanoseconds / InputsPerRound, (double)bytes / InputsPerRound);
    }

    private static void Print(string what, List<double> figures)
    {
        var cells = figures.Select(figure => figure.ToString("N0", CultureInfo.InvariantCulture));
        var ratio = (figures.Max() / figures.Min()).ToString("F2", CultureInfo.InvariantCulture);
        Console.WriteLine($"| {what} | {string.Join(" | ", cells)} | {ratio} |");
    }
}
