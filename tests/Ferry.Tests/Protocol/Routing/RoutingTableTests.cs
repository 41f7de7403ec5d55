using Ferry.Protocol;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Routing;

public sealed class RoutingTableTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly NodeId Far = Some.Node(9);

    private readonly Dictionary<NodeId, uint> _costs =
        new() { [Some.Node(1)] = 10, [Some.Node(2)] = 10, [Some.Node(3)] = 10 };

    private readonly HashSet<NodeId> _kept = [];
    private readonly Deadlines _deadlines = new();
    private readonly RoutingTable _table;

    public RoutingTableTests() =>
        _table = new RoutingTable(Lifetime, _deadlines, Some.Ids, neighbour => _costs[neighbour], _kept.Contains);

    [Fact]
    public void Message_teaches_the_way_back_to_its_source()
    {
        Assert.True(Learn(1, sequence: 5, metric: 100, hops: 2));
        var route = _table.NextHop(Far, except: null)!;
        Assert.Equal((Some.Node(1), 3), (route.NextHop, route.Hops));
        Assert.Equal(110u, _table.MetricOf(route));
        Assert.Equal(1, _table.ReachableCount);
    }

    [Fact]
    public void Source_becomes_reachable_once()
    {
        Assert.True(Learn(1, 5, 100));
        Assert.False(Learn(1, 6, 100));
        Assert.False(Learn(2, 6, 50));
        _table.RemoveNeighbour(Some.Node(1), Instant.Never);
        _table.RemoveNeighbour(Some.Node(2), Instant.Never);
        Assert.True(Learn(2, 6, 50));
    }

    [Fact]
    public void Unreachable_teaches_nothing()
    {
        Assert.False(Learn(1, 5, Envelope.Unreachable));
        Assert.Null(_table.NextHop(Far, except: null));
    }

    /// <summary>Else a node whose clock went back would stay unreachable: nobody told it from where to go on.</summary>
    [Fact]
    public void Request_that_is_passed_on_asks_for_a_number_that_is_new_here()
    {
        var request = new RouteRequest(Some.Heard(Some.Node(7), 1, 10), new QueryId(1), Far, MinSequence: 3);
        Assert.Equal(3UL, _table.Raise(request).MinSequence);
        Learn(1, sequence: 5, metric: 100);
        _table.Advertise(Far);
        Assert.Equal(6UL, _table.Raise(request).MinSequence);
        Assert.Equal(9UL, _table.Raise(request with { MinSequence = 9 }).MinSequence);
    }

    [Fact]
    public void Old_message_out_of_a_slow_queue_changes_nothing()
    {
        Learn(1, 5, 100);
        Learn(1, 4, 1);
        Assert.Equal(100u, _table.NextHop(Far, except: null)!.Advertised);
    }

    [Theory]
    [InlineData(70, 1)]
    [InlineData(69, 2)]
    public void Selected_route_is_kept_unless_another_is_better_by_more_than_a_fifth(uint metric, int selected)
    {
        Learn(1, 5, 90);
        Learn(2, 5, metric);
        Assert.Equal(Some.Node(selected), _table.NextHop(Far, except: null)!.NextHop);
    }

    [Fact]
    public void Split_horizon_takes_the_best_other_way()
    {
        Learn(1, 5, 100);
        Learn(2, 5, 400);
        Learn(3, 5, 300);
        Assert.Equal(Some.Node(3), _table.NextHop(Far, except: Some.Node(1))!.NextHop);
        Assert.Equal(Some.Node(1), _table.NextHop(Far, except: Some.Node(2))!.NextHop);
        _table.RemoveNeighbour(Some.Node(2), Instant.Never);
        _table.RemoveNeighbour(Some.Node(3), Instant.Never);
        Assert.Null(_table.NextHop(Far, except: Some.Node(1)));
    }

    [Fact]
    public void Way_that_is_no_nearer_than_what_was_advertised_is_not_used()
    {
        Learn(1, 5, 100);
        Assert.Equal((5UL, 110u, 2), _table.Advertise(Far));
        Learn(2, 5, 110);
        Assert.Null(_table.NextHop(Far, except: Some.Node(1)));
        Learn(2, 6, 110);
        Assert.Equal(Some.Node(2), _table.NextHop(Far, except: Some.Node(1))!.NextHop);
    }

    [Fact]
    public void Newest_number_is_told_although_an_older_way_is_nearer()
    {
        Learn(1, 5, 100);
        Learn(2, 6, 105);
        Learn(3, 6, 104);
        Assert.Equal(Some.Node(1), _table.NextHop(Far, except: null)!.NextHop);
        Assert.Equal((6UL, 114u, 2), _table.Advertise(Far));
        Assert.Equal(Some.Node(3), _table.NextHop(Far, except: null)!.NextHop);
    }

    [Fact]
    public void Selected_way_that_gets_too_long_is_left()
    {
        Learn(1, 5, 100);
        _table.Advertise(Far);
        Learn(1, 5, 111);
        Assert.Null(_table.NextHop(Far, except: null));
        Assert.Equal((0UL, Envelope.Unreachable, 0), _table.Advertise(Far));
        Assert.Equal(6UL, _table.SequenceWanted(Far));
    }

    [Fact]
    public void Lost_neighbour_tells_who_is_unreachable_and_who_is_rerouted()
    {
        Learn(1, 5, 100);
        Learn(2, 5, 200);
        _table.Learn(Some.At(0), Some.Node(1), Some.Heard(Some.Node(8), 5, 100));
        _table.Learn(Some.At(0), Some.Node(2), Some.Heard(Some.Node(7), 5, 100));
        var losses = _table.RemoveNeighbour(Some.Node(1), Instant.Never);
        Assert.Equal([Some.Node(8)], losses.Unreachable);
        Assert.Equal([Far], losses.Rerouted);
        Assert.Equal(Some.Node(2), _table.NextHop(Far, except: null)!.NextHop);
    }

    [Fact]
    public void Ways_that_a_neighbour_spoke_of_since_a_moment_are_kept()
    {
        Learn(1, 5, 100);
        _table.Learn(Some.At(2), Some.Node(1), Some.Heard(Some.Node(8), 5, 100));
        Assert.Equal([Far], _table.RemoveNeighbour(Some.Node(1), Some.At(2)).Unreachable);
        Assert.NotNull(_table.NextHop(Some.Node(8), except: null));
    }

    [Fact]
    public void Withdrawal_removes_only_the_ways_through_its_sender()
    {
        Learn(1, 5, 100);
        Learn(2, 5, 200);
        Assert.Empty(_table.Withdraw(Some.Node(2), [Far, Far, Some.Node(77)]).Unreachable);
        Assert.Equal(Some.Node(1), _table.NextHop(Far, except: null)!.NextHop);
        Assert.Equal([Far], _table.Withdraw(Some.Node(1), [Far]).Unreachable);
    }

    /// <summary>Nobody else's way counts any more, but the node itself is here and says where it goes on.</summary>
    [Fact]
    public void Linked_node_stays_reachable_whatever_number_was_forged_in_its_name()
    {
        Learn(1, sequence: 1UL << 62, metric: 0);
        _table.Advertise(Far);
        _costs[Far] = 10;
        _table.Learn(Some.At(1), Far, Some.From(Far, to: default, 1000));
        Assert.Equal(Far, _table.NextHop(Far, except: Some.Node(1))!.NextHop);
        _table.RemoveNeighbour(Some.Node(1), Instant.Never);
        Assert.Equal(Far, _table.NextHop(Far, except: null)!.NextHop);

        Learn(2, sequence: _table.SequenceWanted(Far), metric: 300);
        Assert.Equal(Some.Node(2), _table.NextHop(Far, except: Far)!.NextHop);
    }

    [Fact]
    public void Silent_route_expires_and_its_distance_is_kept_three_lifetimes()
    {
        Learn(1, 5, 100);
        _table.Advertise(Far);
        Assert.Null(Expire(Some.At(0) + Lifetime));
        Assert.Equal([Far], Expire(Some.At(0) + Lifetime + RoutingTable.ExpiryStep)!.Unreachable);
        Expire(Some.At(0) + Lifetime * 3);
        Assert.Equal(6UL, _table.SequenceWanted(Far));
        Expire(Some.At(0) + Lifetime * 3 + RoutingTable.ExpiryStep);
        Assert.Equal(0UL, _table.SequenceWanted(Far));
        Assert.Equal(0, _deadlines.Count);
    }

    [Fact]
    public void Ways_expire_in_steps_so_that_neighbours_are_told_of_many_together()
    {
        for (var second = 0; second < 30; second++)
            _table.Learn(Some.At(second), Some.Node(1), Some.Heard(Some.Node(100 + second), 5, 100));
        Assert.Equal(Some.At(330), _deadlines.Next);
        Assert.Equal(30, Expire(Some.At(330))!.Unreachable.Count);
    }

    [Fact]
    public void Way_that_is_heard_of_again_after_all_were_gone_expires_in_its_own_time()
    {
        Learn(1, 5, 100);
        Assert.NotEmpty(Expire(Some.At(330))!.Unreachable);
        _table.Learn(Some.At(340), Some.Node(1), Some.Heard(Far, 6, 100));
        Assert.Equal([Far], Expire(Some.At(660))!.Unreachable);
    }

    [Fact]
    public void Metric_saturates_below_unreachable()
    {
        Learn(1, 5, Envelope.Unreachable - 2);
        Assert.Equal(Envelope.Unreachable - 1, _table.Advertise(Far).Metric);
    }

    [Fact]
    public void Full_table_makes_room_by_the_neighbour_that_introduced_most()
    {
        for (var node = 0; node < 100; node++)
            _table.Learn(Some.At(0), Some.Node(2), Some.Heard(Some.Node(100 + node), 5, 100));
        Fill(neighbour: 1, RoutingTable.DestinationsMax - 100);
        Assert.True(Learn(3, 5, 100));
        for (var node = 0; node < 1000; node++)
            Assert.True(_table.Learn(Some.At(0), Some.Node(1), Some.Heard(Some.Node(50_000 + node), 5, 100)));
        Assert.Equal(RoutingTable.DestinationsMax, _table.ReachableCount);
        Assert.All(Enumerable.Range(100, 100), node => Assert.True(_table.Knows(Some.Node(node))));
        Assert.NotNull(_table.NextHop(Far, except: null));
        Assert.Equal(RoutingTable.DestinationsMax, _deadlines.Count);
    }

    [Fact]
    public void Who_is_sent_to_or_must_be_kept_is_not_forgotten_for_others()
    {
        _kept.Add(Some.Node(20_000));
        Fill(neighbour: 1, RoutingTable.DestinationsMax);
        Assert.NotNull(_table.NextHop(Some.Node(20_001), except: null));
        for (var node = 0; node < 9_000; node++)
            _table.Learn(Some.At(0), Some.Node(1), Some.Heard(Some.Node(50_000 + node), 5, 100));
        Assert.True(_table.Knows(Some.Node(20_000)));
        Assert.True(_table.Knows(Some.Node(20_001)));
        Assert.False(_table.Knows(Some.Node(20_002)));
    }

    [Fact]
    public void Where_all_must_be_kept_one_too_many_is_not_learnt()
    {
        _kept.UnionWith(Enumerable.Range(20_000, RoutingTable.DestinationsMax).Select(Some.Node));
        Fill(neighbour: 1, RoutingTable.DestinationsMax);
        Assert.False(Learn(1, 5, 100));
        Assert.Equal(RoutingTable.DestinationsMax, _table.ReachableCount);
    }

    private void Fill(int neighbour, int count)
    {
        for (var node = 0; node < count; node++)
            _table.Learn(Some.At(0), Some.Node(neighbour), Some.Heard(Some.Node(20_000 + node), 5, 100));
    }

    [Fact]
    public void Status_tells_of_every_way_what_it_costs_and_why_it_is_taken_or_not()
    {
        Learn(3, 5, 100);
        Learn(1, 5, 90);
        Learn(2, 5, 300);
        var status = _table.Status(Some.At(3), neighbour => neighbour == Some.Node(1) ? "t1" : "t");
        Assert.Equal(
            [
                (Some.Node(3), RouteVerdict.InUse), (Some.Node(1), RouteVerdict.HardlyCheaper),
                (Some.Node(2), RouteVerdict.Dearer),
            ],
            status.Select(route => (route.NextHop, route.Verdict)));
        var hardly = status[1];
        Assert.Equal(
            (TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(10), "t1", Some.Seconds(3)),
            (hardly.Metric, hardly.FirstHop, hardly.Transport, hardly.Age));
    }

    [Fact]
    public void Status_tells_of_a_way_that_may_lead_back()
    {
        Learn(1, 5, 100);
        _table.Advertise(Far);
        Learn(2, 5, 110);
        Assert.Equal(
            [RouteVerdict.InUse, RouteVerdict.MayLoop],
            _table.Status(Some.At(0), _ => "").Select(route => route.Verdict));
    }

    [Fact]
    public void Neighbour_that_becomes_dearer_or_cheaper_at_a_stroke_is_judged_anew()
    {
        Learn(1, 5, 100);
        Learn(2, 5, 100);
        _costs[Some.Node(1)] = 1000;
        _table.OnCostChanged(Some.Node(1));
        Assert.Equal(Some.Node(2), _table.NextHop(Far, except: null)!.NextHop);
        _costs[Some.Node(1)] = 1;
        _costs[Some.Node(2)] = 500;
        _table.OnCostChanged(Some.Node(1));
        Assert.Equal(Some.Node(1), _table.NextHop(Far, except: null)!.NextHop);
    }

    /// <summary>What comes of a message is what a choice among all ways would come to.</summary>
    [Fact]
    public void Only_the_way_that_was_heard_of_has_to_be_looked_at() =>
        Prop.ForAll<(byte Neighbour, byte Sequence, byte Metric, byte What)[]>(steps =>
        {
            var table = new RoutingTable(Lifetime, new Deadlines(), Some.Ids, _ => 10, _ => false);
            foreach (var (neighbour, sequence, metric, what) in steps)
            {
                if (what % 4 == 0) table.Advertise(Far);
                else if (what % 16 == 1) table.Withdraw(Some.Node(1 + neighbour % 4), [Far]);
                else table.Learn(
                    Some.At(0), Some.Node(1 + neighbour % 4), Some.Heard(Far, sequence % 3UL, 1 + metric % 40u));
                var chosen = table.NextHop(Far, except: null);
                for (var node = 1; node <= 4; node++) table.OnCostChanged(Some.Node(node));
                if (table.NextHop(Far, except: null) != chosen) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whose_next_hop_has_changed_is_told_once()
    {
        Learn(1, 5, 100);
        Assert.Equal([Far], _table.TakeMoved());
        Learn(1, 6, 100);
        Assert.Empty(_table.TakeMoved());
        Learn(2, 6, 10);
        Assert.Equal([Far], _table.TakeMoved());
        _table.RemoveNeighbour(Some.Node(2), Instant.Never);
        _table.RemoveNeighbour(Some.Node(1), Instant.Never);
        Assert.Equal([Far, Far], _table.TakeMoved());
    }

    private RouteLosses? Expire(Instant now)
    {
        _deadlines.Run(now, due => _table.OnExpiry((Destination)due.Owner));
        return _table.Expire(now);
    }

    private bool Learn(int neighbour, ulong sequence, uint metric, byte hops = 1) =>
        _table.Learn(Some.At(0), Some.Node(neighbour), Some.Heard(Far, sequence, metric, hops));
}
