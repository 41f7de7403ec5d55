using Ferry.Protocol;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class NeighbourhoodTests
{
    private static readonly NodeId Peer = Some.Node(5);

    private readonly Outbox _outbox = new();
    private readonly Deadlines _deadlines = new();
    private readonly Neighbourhood _neighbours;

    public NeighbourhoodTests() =>
        _neighbours = new Neighbourhood(Some.Options(Some.Node(1)) with { LinksMax = 3 }, _deadlines, Some.Ids);

    [Fact]
    public void Heartbeat_goes_at_once_and_then_at_its_interval()
    {
        Add(Some.LinkUp(1, Peer));
        var sent = new List<Instant>();
        while (sent.Count < 3)
        {
            var now = _deadlines.Next;
            var due = _deadlines.TakeDue(now)!;
            Assert.Equal(CoreTimer.Heartbeat, due.Timer);
            _neighbours.OnHeard(now, (Link)due.Owner);
            _neighbours.SendHeartbeat(now, (Link)due.Owner, _outbox);
            sent.Add(now);
        }
        Assert.Equal([Some.At(0), Some.At(5), Some.At(10)], sent);
        Assert.Equal([0UL, 5_000_000, 10_000_000], _outbox.Sent<Heartbeat>().Select(each => each.Message.Number));
    }

    [Fact]
    public void Silent_link_is_closed_after_its_time()
    {
        Add(Some.LinkUp(1, Peer));
        Add(Some.LinkUp(2, Some.Node(6)));
        _neighbours.OnHeard(Some.At(1), _neighbours.Find(Some.Link(2))!);
        var (silent, heard) = (_neighbours.Find(Some.Link(1))!, _neighbours.Find(Some.Link(2))!);
        Assert.Equal((Some.At(15), Some.At(16)), (silent.DeadDue.At, heard.DeadDue.At));
        _neighbours.CloseDead(silent, _outbox);
        _neighbours.Remove(silent);
        Assert.False(silent.DeadDue.IsArmed || silent.HeartbeatDue.IsArmed);
        Assert.Equal(Some.Link(1), Assert.Single(_outbox.Effects<Effect.CloseLink>()).Link);
    }

    [Fact]
    public void Link_beyond_the_limit_is_refused()
    {
        for (var link = 1; link <= 3; link++) Assert.Null(Add(Some.LinkUp(link, Some.Node(10 + link))));
        Assert.Equal(Some.Link(4), Add(Some.LinkUp(4, Some.Node(14))));
        var close = Assert.Single(_outbox.Effects<Effect.CloseLink>());
        Assert.Equal((Some.Link(4), LeaveReason.TooManyLinks), (close.Link, close.Reason));
        Assert.Equal(3, _neighbours.All.Count);
    }

    /// <summary>Node 1 and node 2 dialled each other; each end may see the two links come up in either order.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Both_ends_keep_the_link_that_the_smaller_id_dialled(bool smallerFirstHere, bool smallerFirstThere)
    {
        Assert.Equal(Some.Link(2), LoserOf(Some.Node(1), Some.Node(2), isSmaller: true, smallerFirstHere));
        Assert.Equal(Some.Link(2), LoserOf(Some.Node(2), Some.Node(1), isSmaller: false, smallerFirstThere));
    }

    [Fact]
    public void Of_two_links_that_this_end_dialled_the_newer_is_kept()
    {
        Add(Some.LinkUp(1, Peer));
        Assert.Equal(Some.Link(1), Add(Some.LinkUp(2, Peer)));
        var close = Assert.Single(_outbox.Effects<Effect.CloseLink>());
        Assert.Equal((Some.Link(1), LeaveReason.DuplicateLink), (close.Link, close.Reason));
    }

    /// <summary>They may come up in another order there: only who dialled them knows which is newer.</summary>
    [Fact]
    public void Of_two_links_that_the_other_end_dialled_the_newer_is_used_and_the_older_left_to_it()
    {
        Add(Some.LinkUp(1, Peer, dialed: false));
        Assert.Equal(Some.Link(1), Add(Some.LinkUp(2, Peer, dialed: false)));
        Assert.Empty(_outbox.Effects<Effect.CloseLink>());
        Assert.Equal(Some.Link(2), Neighbour.LinkForControl(Some.At(0)));
        Assert.Equal([LinkRole.Bulk, LinkRole.Replaced], _neighbours.Status(Some.At(0)).Select(link => link.Role));

        _neighbours.Remove(_neighbours.Find(Some.Link(2))!);
        Assert.Equal(Some.Link(1), Neighbour.LinkForControl(Some.At(0)));
    }

    [Fact]
    public void Neighbour_that_dials_a_path_again_and_again_keeps_two_links()
    {
        for (var link = 1; link <= 3; link++) Add(Some.LinkUp(link, Peer, dialed: false));
        Assert.Equal(Some.Link(1), Assert.Single(_outbox.Effects<Effect.CloseLink>()).Link);
        Assert.Equal([Some.Link(2), Some.Link(3)], Neighbour.Links.Select(link => link.Id));
    }

    [Fact]
    public void Links_over_different_networks_stay_beside_each_other()
    {
        Add(Some.LinkUp(1, Peer, path: "tcp 10.0.1.1 10.0.1.2"));
        Assert.Null(Add(Some.LinkUp(2, Peer, path: "tcp 10.0.2.1 10.0.2.2")));
        Assert.Equal(Some.Link(1), Add(Some.LinkUp(3, Peer, path: "tcp 10.0.1.1 10.0.1.2")));
        Assert.Equal([Some.Link(2), Some.Link(3)], Neighbour.Links.Select(link => link.Id));
    }

    [Fact]
    public void Links_over_different_transports_stay_beside_each_other()
    {
        Add(Some.LinkUp(1, Peer));
        Assert.Null(Add(Some.LinkUp(2, Peer, traits: Some.Bluetooth)));
        Assert.Equal(["tcp", "bluetooth"], _neighbours.Status(Some.At(1)).Select(status => status.Transport));
    }

    [Fact]
    public void Leaving_closes_every_link_with_its_reason()
    {
        Add(Some.LinkUp(1, Peer));
        Add(Some.LinkUp(2, Some.Node(6)));
        _neighbours.LeaveAll(LeaveReason.ShuttingDown, _outbox);
        Assert.Equal(
            [(Some.Link(1), LeaveReason.ShuttingDown), (Some.Link(2), LeaveReason.ShuttingDown)],
            _outbox.Effects<Effect.CloseLink>().Select(close => (close.Link, close.Reason)));
    }

    [Fact]
    public void Round_trip_is_measured_or_what_the_transport_calls_typical()
    {
        Assert.Empty(_neighbours.Asked);
        Add(Some.LinkUp(1, Peer));
        Assert.Equal([new AskedNode(Peer, 2000)], _neighbours.Asked);
        var link = _neighbours.Find(Some.Link(1))!;
        link.HeartbeatAt(Some.At(0.7));
        link.OnHeartbeatReply(Some.At(1), new HeartbeatReply(700_000));
        Assert.Equal([new AskedNode(Peer, 300_000)], _neighbours.Asked);
    }

    [Fact]
    public void Neighbour_that_is_gone_costs_more_than_any_that_is_up()
    {
        var slow = new LinkTraits("slow", 300, 1, Some.Seconds(3600));
        Add(Some.LinkUp(1, Peer, traits: slow));
        Assert.True(_neighbours.CostOf(Peer) < _neighbours.CostOf(Some.Node(6)));
        _neighbours.Remove(_neighbours.Find(Some.Link(1))!);
        Assert.Equal(_neighbours.CostOf(Some.Node(6)), _neighbours.CostOf(Peer));
    }

    private Neighbour Neighbour => _neighbours.Find(Peer)!;

    private static LinkId? LoserOf(NodeId self, NodeId peer, bool isSmaller, bool smallerFirst)
    {
        // Link 1 is the one that the smaller id dialled, link 2 the other.
        var neighbours = new Neighbourhood(Some.Options(self), new Deadlines(), Some.Ids);
        var outbox = new Outbox();
        var ups = new[] { Some.LinkUp(1, peer, dialed: isSmaller), Some.LinkUp(2, peer, dialed: !isSmaller) };
        if (!smallerFirst) Array.Reverse(ups);
        neighbours.Add(Some.At(0), ups[0], outbox);
        var loser = neighbours.Add(Some.At(0), ups[1], outbox);
        Assert.Equal(loser, Assert.Single(outbox.Effects<Effect.CloseLink>()).Link);
        Assert.Single(neighbours.All.Single().Links);
        return loser;
    }

    private LinkId? Add(Input.LinkUp up) => _neighbours.Add(Some.At(0), up, _outbox);
}
