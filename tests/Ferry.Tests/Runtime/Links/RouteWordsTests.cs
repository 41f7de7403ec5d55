using System.Diagnostics;
using Ferry.Protocol;
using Ferry.Runtime.Links;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class RouteWordsTests
{
    [Fact]
    public void Each_route_is_judged_by_those_to_the_same_destination()
    {
        RouteStatus[] routes =
        [
            Route(1, RouteVerdict.InUse, 10), Route(2, RouteVerdict.InUse, 10), Route(2, RouteVerdict.Dearer, 30),
        ];
        Assert.Equal(
            ["the only way known", "the quickest way", "takes 3.0 times as long"], RouteWords.Why(routes));
    }

    /// <summary>Ten times as many routes take about ten times as long, not a hundred times.</summary>
    [Fact]
    public void Words_for_a_full_table_cost_no_more_for_each_route_than_for_a_small_one()
    {
        RouteStatus[] few = [.. Enumerable.Range(0, 1_000).Select(node => Route(node, RouteVerdict.InUse, 10))];
        RouteStatus[] many = [.. Enumerable.Range(0, 10_000).Select(node => Route(node, RouteVerdict.InUse, 10))];
        var (fewTicks, manyTicks) = (long.MaxValue, long.MaxValue);
        for (var round = 0; round < 20; round++)
        {
            fewTicks = Math.Min(fewTicks, TicksOf(few));
            manyTicks = Math.Min(manyTicks, TicksOf(many));
        }
        Assert.InRange((double)manyTicks / fewTicks, 0, 40);
    }

    private static long TicksOf(RouteStatus[] routes)
    {
        var start = Stopwatch.GetTimestamp();
        Assert.Equal(routes.Length, RouteWords.Why(routes).Count(word => word.Length > 0));
        return Stopwatch.GetTimestamp() - start;
    }

    private static RouteStatus Route(int destination, RouteVerdict verdict, int milliseconds) => new(
        Some.Node(destination), Some.Node(1000 + milliseconds), 1, Some.Seconds(milliseconds / 1000.0), Some.Seconds(0),
        "tcp", Some.Seconds(0), verdict);
}
