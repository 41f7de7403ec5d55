using System.Diagnostics;
using Ferry.Benchmarks.Core;
using Xunit;

namespace Ferry.Tests.Protocol;

/// <summary>
/// No input walks through all downloads or all routes. What one allocates is the same beside ten as beside ten
/// thousand; its time is compared only roughly, since a walk through ten thousand takes hundreds of times as long.
/// <c>bench/Ferry.Benchmarks</c> prints the figures.
/// </summary>
public sealed class EngineCostTests
{
    private const int Rounds = 40;
    private const int InputsPerRound = 100;
    private const double RatioMax = 5;

    private readonly BusyEngine _few = new(10, uploads: 10, heartbeat: TimeSpan.FromMicroseconds(40));
    private readonly BusyEngine _many = new(10_000, uploads: 10, heartbeat: TimeSpan.FromMicroseconds(40));

    [Fact]
    public void Piece_that_comes_costs_the_same_beside_ten_thousand_downloads() => Compare(core => core.ReceivePiece());

    [Fact]
    public void Piece_that_leaves_costs_the_same_beside_ten_thousand_downloads() => Compare(core => core.SendPiece());

    [Fact]
    public void Message_that_is_passed_on_costs_the_same_beside_ten_thousand_routes() => Compare(core => core.PassOn());

    [Fact]
    public void Tick_costs_the_same_beside_ten_thousand_deadlines() => Compare(core => core.Tick());

    /// <summary>The cheapest of many rounds: what else the machine does, and what a table grows by, is in the others.
    /// </summary>
    private void Compare(Action<BusyEngine> act)
    {
        var (few, many) = ((Ticks: long.MaxValue, Bytes: long.MaxValue), (Ticks: long.MaxValue, Bytes: long.MaxValue));
        for (var round = 0; round < Rounds; round++)
        {
            few = Cheaper(few, Measure(_few, act));
            many = Cheaper(many, Measure(_many, act));
        }
        Assert.Equal(few.Bytes, many.Bytes);
        Assert.InRange((double)many.Ticks / few.Ticks, 0, RatioMax);
    }

    private static (long Ticks, long Bytes) Measure(BusyEngine core, Action<BusyEngine> act)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var input = 0; input < InputsPerRound; input++) act(core);
        var ticks = Stopwatch.GetTimestamp() - start;
        return (ticks, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private static (long Ticks, long Bytes) Cheaper((long Ticks, long Bytes) one, (long Ticks, long Bytes) other) =>
        (Math.Min(one.Ticks, other.Ticks), Math.Min(one.Bytes, other.Bytes));
}
