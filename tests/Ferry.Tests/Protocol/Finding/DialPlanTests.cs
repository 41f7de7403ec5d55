using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Finding;

public sealed class DialPlanTests
{
    private static readonly FoundPlace Place = new("10.0.0.1", 4747);

    private readonly DialPlan<int> _plan = new(
        new BucketSize(8, 1), new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)));

    [Fact]
    public void Answer_is_worth_one_dial()
    {
        Reply(0);
        Assert.Equal(1, Dialed(0));
        Assert.Null(_plan.Next(Some.At(100), (_, _) => true));
        Assert.Equal(Instant.Never, _plan.DueAt);
    }

    [Fact]
    public void Places_are_tried_in_the_order_in_which_they_answered_and_are_not_many()
    {
        for (var host = 1; host <= 9; host++) _plan.OnReply(Some.At(0), 1, new FoundPlace($"h{host}", 1), default);
        var places = _plan.Next(Some.At(0), (_, _) => true)!.Value.Places;
        Assert.Equal(["h1", "h2", "h3", "h4"], places.Select(place => place.Host));
    }

    [Fact]
    public void What_has_failed_is_dialed_again_when_it_answers_again_and_later_each_time()
    {
        double[] pauses = [5, 10, 20, 20];
        var now = 0.0;
        foreach (var pause in pauses)
        {
            Reply(now);
            Assert.Equal(1, Dialed(now));
            _plan.OnDialed(Some.At(now), 1, isLinked: false);
            Reply(now + pause - 0.1);
            Assert.Equal(Instant.Never, _plan.DueAt);
            now += pause;
        }
    }

    [Fact]
    public void Link_ends_the_failures()
    {
        Reply(0);
        Dialed(0);
        _plan.OnDialed(Some.At(0), 1, isLinked: false);
        Reply(5);
        Dialed(5);
        _plan.OnDialed(Some.At(5), 1, isLinked: true);
        Reply(5.1);
        Assert.Equal(Some.At(5.1), _plan.DueAt);
    }

    [Fact]
    public void Node_is_not_dialed_twice_at_a_time()
    {
        Reply(0);
        Dialed(0);
        Reply(1);
        Assert.Equal(Instant.Never, _plan.DueAt);
    }

    [Fact]
    public void What_exceeds_the_budget_is_not_dialed_before_it_answers_again()
    {
        for (var node = 0; node < 100; node++) _plan.OnReply(Some.At(0), node, Place, default);
        Assert.Equal(8, Dialed(0));
        Assert.Equal(Instant.Never, _plan.DueAt);
    }

    [Fact]
    public void Nodes_are_bounded_and_the_one_heard_longest_ago_makes_room()
    {
        for (var node = 0; node <= DialPlan<int>.NodesMax; node++)
            _plan.OnReply(Some.At(node), node, Place, Some.Seconds(1_000_000));
        var left = new List<int>();
        while (_plan.Next(Some.At(2_000_000), (node, _) =>
        {
            left.Add(node);
            return false;
        }) is not null) { }
        Assert.Equal(DialPlan<int>.NodesMax, left.Count);
        Assert.DoesNotContain(0, left);
    }

    private void Reply(double at) => _plan.OnReply(Some.At(at), 1, Place, default);

    private int Dialed(double at)
    {
        var count = 0;
        while (_plan.Next(Some.At(at), (_, _) => true) is not null) count++;
        return count;
    }
}
