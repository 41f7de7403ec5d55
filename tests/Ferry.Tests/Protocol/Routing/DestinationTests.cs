using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Routing;

/// <summary>The feasibility condition of RFC 8966 §2.4 and §3.5.1, beside its words.</summary>
public sealed class DestinationTests
{
    private readonly Destination _destination = New();

    [Fact]
    public void All_is_feasible_before_anything_was_advertised() =>
        Assert.True(_destination.IsFeasible(RouteOf(sequence: 0, advertised: uint.MaxValue - 1)));

    [Theory]
    [InlineData(5, 99, true)]
    [InlineData(5, 100, false)]
    [InlineData(5, 101, false)]
    [InlineData(4, 1, false)]
    [InlineData(6, 4000, true)]
    public void Feasible_is_what_is_nearer_or_newer(ulong sequence, uint advertised, bool feasible)
    {
        _destination.OnAdvertised(5, 100);
        Assert.Equal(feasible, _destination.IsFeasible(RouteOf(sequence, advertised)));
    }

    [Fact]
    public void Answer_must_be_newer_than_what_was_advertised()
    {
        Assert.Equal(SequenceNumber.Any, _destination.SequenceWanted);
        _destination.OnAdvertised(5, 100);
        Assert.Equal(6UL, _destination.SequenceWanted);
    }

    /// <summary>Whatever number somebody made up, the destination has a newer one to say, also past the range's end.
    /// </summary>
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData((1UL << 63) - 1)]
    public void No_number_is_the_last(ulong forged)
    {
        _destination.OnAdvertised(forged, 0);
        Assert.NotEqual(SequenceNumber.Any, _destination.SequenceWanted);
        Assert.True(_destination.IsFeasible(RouteOf(_destination.SequenceWanted, 4000)));
    }

    [Fact]
    public void Neighbours_word_of_itself_is_feasible_whatever_others_told()
    {
        _destination.OnAdvertised(1UL << 62, 0);
        var own = new Route(_destination.Node);
        own.Update(Some.At(0), Some.Heard(_destination.Node, 1000, 0));
        Assert.True(_destination.IsFeasible(own));
    }

    /// <summary>RFC 8966 §3.7.3: the pair falls (a newer number is less), and never rises.</summary>
    [Fact]
    public void Feasibility_distance_is_the_least_that_was_advertised() =>
        Prop.ForAll<(byte Sequence, byte Metric)[], byte, byte>((told, sequence, advertised) =>
        {
            var destination = New();
            foreach (var (newest, metric) in told) destination.OnAdvertised(newest, metric);
            var model = told.OrderByDescending(each => each.Sequence).ThenBy(each => each.Metric).ToList();
            var feasible = model.Count == 0 || sequence > model[0].Sequence
                || (sequence == model[0].Sequence && advertised < model[0].Metric);
            return destination.IsFeasible(RouteOf(sequence, advertised)) == feasible;
        }).QuickCheckThrowOnFailure();

    private static Destination New() => new(Some.Node(2), introducer: Some.Node(1), new Deadlines());

    private static Route RouteOf(ulong sequence, uint advertised)
    {
        var route = new Route(Some.Node(1));
        route.Update(Some.At(0), Some.Heard(Some.Node(2), sequence, advertised));
        return route;
    }
}
