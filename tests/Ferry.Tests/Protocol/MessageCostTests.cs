using Ferry.Benchmarks.Core;
using Xunit;

namespace Ferry.Tests.Protocol;

/// <summary>
/// No message costs the loop of a node with full tables much more than an ordinary piece does: what a neighbour can
/// bring about is bounded by what its link carries. <c>bench/Ferry.Benchmarks</c> prints the figures.
/// </summary>
public sealed class MessageCostTests
{
    /// <summary>Wide: the machine may do much else, and the median of one row may meet it.</summary>
    private const double PiecesMax = 60;

    /// <summary>A message with many parts may cost as much more as it is longer.</summary>
    private static readonly Dictionary<string, double> Long = new()
    {
        ["Route Withdrawal, 1,000 unknown"] = 600,
        ["Transfer Request, Again, 256 ranges"] = 600,
    };

    [Fact]
    public void No_message_costs_more_than_some_pieces_at_full_tables()
    {
        var costs = MessageCosts.Measure();
        Assert.True(costs.Count > 20);
        var dear = costs.Where(cost => cost.Pieces > Long.GetValueOrDefault(cost.What, PiecesMax)).ToList();
        Assert.True(dear.Count == 0, string.Join('\n', dear));
        Assert.All(costs, cost => Assert.InRange(cost.Sent, 0, 4096));
    }
}
