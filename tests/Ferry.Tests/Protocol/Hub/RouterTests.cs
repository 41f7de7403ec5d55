using Ferry.Protocol;
using Ferry.Protocol.Hub;
using Ferry.Protocol.Members;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Hub;

/// <summary>Node 1 with the neighbours 2 and 3 on links 2 and 3; nodes from 10 on are behind them.</summary>
public sealed class RouterTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Behind = Some.Node(10);
    private static readonly NodeId Asker = Some.Node(11);

    private readonly Outbox _outbox = new();
    private readonly Neighbourhood _neighbours = new(Some.Options(Self), new Deadlines(), Some.Ids);
    private readonly RoutingTable _routes =
        new(TimeSpan.FromMinutes(5), new Deadlines(), Some.Ids, _ => 10, _ => false);
    private readonly Router _router;

    public RouterTests()
    {
        _neighbours.Add(Some.At(0), Some.LinkUp(2, Some.Node(2)), _outbox);
        _neighbours.Add(Some.At(0), Some.LinkUp(3, Some.Node(3)), _outbox);
        var finder = new RouteFinder(Self, Some.Chance(1), new Deadlines(), Some.Ids);
        var speech = new Speech(Some.Options(Self), new PlainNetwork(), Some.Ids, _ => false);
        _router = new Router(Some.Options(Self), _neighbours, _routes, finder, speech);
    }

    [Fact]
    public void Mail_is_stamped_and_goes_to_the_next_hop()
    {
        Learn(2, Behind);
        var envelope = SendRouted(Behind).Envelope;
        Assert.Equal((Self, Behind, 1000UL), (envelope.Source, envelope.Destination, envelope.Sequence));
        Assert.Equal((0u, 0, WireLimits.HopLimitMax), (envelope.MetricMicroseconds, envelope.Hops, envelope.HopLimit));
    }

    [Fact]
    public void Mail_without_a_route_looks_for_one_on_every_link()
    {
        _outbox.Route(new Receipt(Envelope.To(Behind), default, default));
        _router.Deliver(Some.At(0), _outbox);
        Assert.Equal([2, 3], _outbox.Sent<RouteRequest>().Select(sent => sent.Link.Value));
        Assert.All(_outbox.Sent<RouteRequest>(), sent => Assert.Equal(Behind, sent.Message.Wanted));
        Assert.Empty(_outbox.Sent<Receipt>());
    }

    [Fact]
    public void Mail_to_this_node_goes_nowhere()
    {
        _outbox.Route(new Receipt(Envelope.To(Self), default, default));
        _router.Deliver(Some.At(0), _outbox);
        Assert.Empty(_outbox.Effects);
    }

    [Fact]
    public void Own_flood_goes_everywhere_under_a_new_number()
    {
        _outbox.Flood(new FileSearch(Envelope.ToAll(2), default, "song", null, Report: true), except: null);
        _router.Deliver(Some.At(0), _outbox);
        Assert.Equal([2, 3], _outbox.Sent<FileSearch>().Select(sent => sent.Link.Value));
        Assert.All(_outbox.Sent<FileSearch>(), sent => Assert.Equal(
            (Self, 1001UL, (byte)2),
            (sent.Message.Envelope.Source, sent.Message.Envelope.Sequence, sent.Message.Envelope.HopLimit)));
    }

    [Fact]
    public void Flood_of_another_tells_how_far_this_node_is_from_its_source()
    {
        Learn(2, Asker, sequence: 77, metric: 100);
        var flood = new FileSearch(Some.Heard(Asker, 77, 100), default, "song", null, Report: true);
        _outbox.Flood(flood, except: Some.Node(2));
        _router.Deliver(Some.At(0), _outbox);
        var (link, message) = Assert.Single(_outbox.Sent<FileSearch>());
        Assert.Equal(Some.Link(3), link);
        Assert.Equal(new Envelope(Asker, default, 77, 110, 2, 7), message.Envelope);
    }

    [Fact]
    public void Message_for_another_is_passed_on_with_its_body()
    {
        Learn(2, Asker, sequence: 77, metric: 100);
        Learn(3, Behind);
        var body = new BytesPayload(1016);
        _router.Forward(Some.At(0), From(2), PieceFor(Behind, hopLimit: 8), body, _outbox);
        var forward = Assert.IsType<Effect.Forward>(Assert.Single(_outbox.Effects));
        Assert.Equal((Some.Link(3), body), (forward.Link, forward.Body));
        Assert.Equal(new Envelope(Asker, Behind, 77, 110, 2, 7), forward.Head.Envelope);
        Assert.Equal(1016, _neighbours.Find(Some.Link(3))!.QueuedBytes);
    }

    [Fact]
    public void Message_does_not_go_back_where_it_came_from()
    {
        Learn(2, Behind);
        var body = new BytesPayload(1016);
        _router.Forward(Some.At(0), From(2), PieceFor(Behind, hopLimit: 8), body, _outbox);
        Assert.Same(body, Assert.Single(_outbox.Effects<Effect.Drop>()).Body);
        var (link, withdrawal) = Assert.Single(_outbox.Sent<RouteWithdrawal>());
        Assert.Equal(Some.Link(2), link);
        Assert.Equal([Behind], withdrawal.Unreachable);

        _outbox.Clear();
        Learn(3, Behind, metric: 100_000);
        _router.Forward(Some.At(0), From(2), PieceFor(Behind, hopLimit: 8), body, _outbox);
        Assert.Equal(Some.Link(3), Assert.Single(_outbox.Effects<Effect.Forward>()).Link);
    }

    [Fact]
    public void Message_on_its_last_hop_dies_without_a_word()
    {
        Learn(3, Behind);
        _router.Forward(Some.At(0), From(2), PieceFor(Behind, hopLimit: 1), new BytesPayload(1016), _outbox);
        Assert.IsType<Effect.Drop>(Assert.Single(_outbox.Effects));
        _outbox.Clear();
        _router.Forward(Some.At(0), From(2), PieceFor(Behind, hopLimit: 1), body: null, _outbox);
        Assert.Empty(_outbox.Effects);
    }

    [Fact]
    public void Message_of_a_source_without_a_route_teaches_nothing()
    {
        Learn(3, Behind);
        _router.Forward(Some.At(0), From(2), PieceFor(Behind, hopLimit: 8), body: null, _outbox);
        var sent = Assert.IsType<Effect.Send>(Assert.Single(_outbox.Effects));
        var envelope = ((FileTransfer)sent.Message).Envelope;
        Assert.Equal((0UL, Envelope.Unreachable, 0), (envelope.Sequence, envelope.MetricMicroseconds, envelope.Hops));
    }

    [Theory]
    [InlineData(0, 1001)]
    [InlineData(5000, 5000)]
    public void Route_is_answered_under_a_number_that_all_on_the_way_may_use(ulong wanted, ulong sequence)
    {
        Learn(2, Asker);
        var request = new RouteRequest(Some.From(Asker, default), Some.Query(4), Self, wanted);
        _router.AnswerRoute(request, _outbox);
        _router.Deliver(Some.At(0), _outbox);
        Assert.Equal(sequence, Assert.Single(_outbox.Sent<RouteReply>()).Message.Envelope.Sequence);
    }

    [Fact]
    public void Node_whose_clock_went_back_goes_on_from_its_last_number()
    {
        Learn(2, Behind);
        _router.OnOwn(9000);
        _router.OnOwn(8000);
        Assert.Equal(9000UL, SendRouted(Behind).Envelope.Sequence);
    }

    /// <summary>Somebody floods or asks in this node's name under a number of his own.</summary>
    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1000 + (1UL << 63))]
    [InlineData(999 + (1UL << 63))]
    public void Forged_number_is_outdone_by_the_next_own_one(ulong forged)
    {
        Learn(2, Asker);
        _router.OnOwn(forged);
        _router.AnswerRoute(new RouteRequest(Some.From(Asker, default), default, Self, forged + 1), _outbox);
        _router.Announce(Some.Link(2), Asker, _outbox);
        var said = Assert.Single(_outbox.Sent<RouteReply>()).Message.Envelope.Sequence;
        Assert.True(SequenceNumber.IsNewer(said, forged), $"{said} after {forged}");
    }

    [Fact]
    public void Path_is_that_of_the_selected_route()
    {
        Assert.Null(_router.PathTo(Behind));
        Learn(2, Behind, metric: 100);
        var path = _router.PathTo(Behind)!.Value;
        Assert.Equal(new NodePath(Some.Node(2), 2, 110, "tcp"), path);
        _neighbours.Remove(From(2));
        Assert.Null(_router.PathTo(Behind));
    }

    private void Learn(int link, NodeId source, ulong sequence = 5, uint metric = 100) =>
        _routes.Learn(Some.At(0), Some.Node(link), Some.Heard(source, sequence, metric));

    private Link From(int link) => _neighbours.Find(Some.Link(link))!;

    private Receipt SendRouted(NodeId to)
    {
        _outbox.Route(new Receipt(Envelope.To(to), default, default));
        _router.Deliver(Some.At(0), _outbox);
        return Assert.Single(_outbox.Sent<Receipt>()).Message;
    }

    private static FileTransfer PieceFor(NodeId to, byte hopLimit) => new(
        Some.Heard(Asker, 77, 100, to: to) with { HopLimit = hopLimit }, Some.Transfer(1), 0, 0, 0, 1016);
}
