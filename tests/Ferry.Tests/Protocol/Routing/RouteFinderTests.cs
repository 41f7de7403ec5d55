using Ferry.Protocol;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Routing;

public sealed class RouteFinderTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Wanted = Some.Node(2);
    private static readonly NodeId Asker = Some.Node(3);

    private readonly Deadlines _deadlines = new();
    private readonly RouteFinder _finder;
    private readonly Outbox _outbox = new();

    public RouteFinderTests() => _finder = new RouteFinder(Self, Some.Chance(1), _deadlines, Some.Ids);

    [Fact]
    public void Wanted_node_is_asked_for_at_once_and_only_once()
    {
        _finder.Want(Some.At(0), Wanted, 7, _outbox);
        _finder.Want(Some.At(0.1), Wanted, 7, _outbox);
        var request = Assert.Single(_outbox.Floods<RouteRequest>());
        Assert.Equal((Wanted, 7UL), (request.Wanted, request.MinSequence));
    }

    [Fact]
    public void Asking_goes_on_with_longer_waits_while_somebody_wants_the_node()
    {
        _finder.Want(Some.At(0), Wanted, 7, _outbox);
        var asked = new List<double>();
        for (var now = _deadlines.Next; asked.Count < 8; now = _deadlines.Next)
        {
            asked.Add(now.Microseconds / 1e6);
            _finder.Want(now, Wanted, 7, _outbox);
            Run(now);
        }
        var waits = asked.Zip(asked.Prepend(0), (at, before) => at - before);
        double[] expected = [1, 2, 4, 8, 16, 30, 30, 30];
        Assert.All(waits.Zip(expected), pair => Assert.InRange(pair.First, pair.Second * 0.8, pair.Second * 1.2));
        Assert.Equal(9, _outbox.Floods<RouteRequest>().Select(request => request.Query).Distinct().Count());
    }

    [Fact]
    public void Asking_ends_when_nobody_wants_the_node_any_more()
    {
        _finder.Want(Some.At(0), Wanted, 7, _outbox);
        Instant last = default;
        while (_deadlines.Next != Instant.Never) Run(last = _deadlines.Next);
        Assert.InRange(last - Some.At(0), RouteFinder.WantedFor, RouteFinder.WantedFor + RouteFinder.Retry.Max * 1.2);
    }

    [Fact]
    public void Asking_ends_when_the_node_is_found()
    {
        _finder.Want(Some.At(0), Wanted, 7, _outbox);
        _finder.OnFound(Wanted);
        Assert.Equal(Instant.Never, _deadlines.Next);
    }

    [Fact]
    public void New_link_is_asked_at_once_with_the_latest_number()
    {
        _finder.Want(Some.At(0), Wanted, 7, _outbox);
        _finder.Want(Some.At(0.1), Wanted, 8, _outbox);
        _finder.OnLinkUp(Some.At(0.2));
        Assert.Equal(Some.At(0.2), _deadlines.Next);
        Run(Some.At(0.2));
        Assert.Equal([7UL, 8UL], _outbox.Floods<RouteRequest>().Select(request => request.MinSequence));
        Assert.InRange(_deadlines.Next - Some.At(0.2), Some.Seconds(0.8), Some.Seconds(1.2));
    }

    [Fact]
    public void Only_so_many_nodes_are_wanted_at_a_time()
    {
        for (var node = 0; node <= RouteFinder.WantedMax; node++)
            _finder.Want(Some.At(0), Some.Node(10 + node), 0, _outbox);
        Assert.Equal(RouteFinder.WantedMax, _outbox.Floods.Count);
    }

    [Fact]
    public void Request_for_this_node_is_answered_once_and_goes_no_further()
    {
        Assert.True(OnRequest(1, Self, hopLimit: 8));
        Assert.False(OnRequest(1, Self, hopLimit: 8));
        Assert.False(OnRequest(1, Self, hopLimit: 9));
        Assert.Empty(_outbox.Floods);
        Assert.Empty(_finder.Recent(Some.At(0)));
    }

    [Fact]
    public void Request_for_another_is_passed_on_once_but_not_back()
    {
        Assert.False(OnRequest(1, Wanted, hopLimit: 8));
        Assert.False(OnRequest(1, Wanted, hopLimit: 7));
        Assert.Equal(Some.Node(5), Assert.Single(_outbox.Floods).Except);
    }

    [Fact]
    public void Request_on_its_last_hop_stays_here()
    {
        OnRequest(1, Wanted, hopLimit: 1);
        Assert.Empty(_outbox.Floods);
        Assert.Empty(_finder.Recent(Some.At(0)));
    }

    [Fact]
    public void Own_request_that_comes_back_is_not_passed_on()
    {
        _finder.Want(Some.At(0), Wanted, 7, _outbox);
        var own = Assert.Single(_outbox.Floods<RouteRequest>());
        _outbox.Empty();
        var back = own with { Envelope = own.Envelope with { Source = Asker, HopLimit = 15 } };
        _finder.OnRequest(Some.At(0), Some.Node(5), back, _outbox);
        Assert.Empty(_outbox.Floods);
    }

    [Fact]
    public void Requests_of_the_last_half_minute_are_kept_for_links_to_come()
    {
        for (var query = 0; query < RouteFinder.RecentMax + 3; query++) OnRequest(query, Wanted, hopLimit: 8);
        var recent = _finder.Recent(Some.At(0) + RouteFinder.Retry.Max);
        Assert.Equal(RouteFinder.RecentMax, recent.Count);
        Assert.Equal(Some.Query(3), recent[0].Query);
        Assert.Empty(_finder.Recent(Some.At(1) + RouteFinder.Retry.Max));
    }

    private void Run(Instant now) =>
        _deadlines.Run(now, due => _finder.OnRetry(now, (WantedNode)due.Owner, _outbox));

    private bool OnRequest(int query, NodeId wanted, byte hopLimit)
    {
        var envelope = Some.From(Asker, default) with { HopLimit = hopLimit };
        var request = new RouteRequest(envelope, Some.Query(query), wanted, 0);
        return _finder.OnRequest(Some.At(0), Some.Node(5), request, _outbox);
    }
}
