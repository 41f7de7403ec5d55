using System.Diagnostics;
using Ferry.Runtime;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ferry.Benchmarks.Log;

/// <summary>How long a start takes on a home whose log holds many unfinished transfers.</summary>
/// <param name="LogRead">Milliseconds, as the others.</param>
/// <param name="NodeUp">From nothing until the node lists its transfers.</param>
/// <param name="HeapBytes">That the node holds on to.</param>
internal sealed record RecoveryRun(double LogRead, double StoreOpen, double NodeUp, long HeapBytes)
{
    public static async Task<RecoveryRun> MeasureAsync(FullHome home)
    {
        var logRead = Measure(() => TransferLog.Open(new FileDisk(), home.LogFolder).Log.Dispose());
        var storeOpen = Measure(() => home.OpenStore(new FileDisk()).Dispose());
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        await using var node = await FerryNode.StartAsync(
            new NodeOptions { Home = home.Path, Listen = ["tcp://127.0.0.1:0"], Discovery = false },
            TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var transfers = (await node.TransfersAsync(CancellationToken.None)).Count;
        var nodeUp = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (transfers != home.Entries) throw new InvalidOperationException($"{transfers} of {home.Entries} are there");
        return new RecoveryRun(logRead, storeOpen, nodeUp, GC.GetTotalMemory(forceFullCollection: true) - heap);
    }

    private static double Measure(Action act)
    {
        var started = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
