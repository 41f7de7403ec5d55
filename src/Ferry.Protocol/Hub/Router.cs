using Ferry.Protocol.Members;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Hub;

/// <summary>
/// Turns routed messages into sends on links: fills in envelopes, finds next hops, forwards what is for others. It is
/// the one place that writes envelopes, and so the one place that advertises routes.
/// </summary>
internal sealed class Router
{
    private readonly NodeId _self;
    private readonly Neighbourhood _neighbours;
    private readonly RoutingTable _routes;
    private readonly RouteFinder _finder;
    private readonly Speech _speech;
    private ulong _sequence;

    public Router(
        EngineOptions options, Neighbourhood neighbours, RoutingTable routes, RouteFinder finder, Speech speech)
    {
        (_self, _neighbours, _routes, _finder, _speech) = (options.Self, neighbours, routes, finder, speech);
        _sequence = options.FirstSequence;
    }

    public NodePath? PathTo(NodeId node)
    {
        if (_routes.NextHop(node, except: null) is not { } route) return null;
        if (_neighbours.Find(route.NextHop) is not { } neighbour) return null;
        return new NodePath(route.NextHop, route.Hops, _routes.MetricOf(route), neighbour.Transports);
    }

    /// <summary>For a piece of this node's own to another node.</summary>
    public PieceRoom RoomForPiece(Instant now, NodeId node, long leftBytes)
    {
        if (_routes.NextHop(node, except: null) is not { } route) return default;
        return _neighbours.Find(route.NextHop)?.RoomForOwnPiece(now, route.HeardAt, leftBytes) ?? default;
    }

    /// <summary>Teaches a new neighbour a route to this node: the first message on every link.</summary>
    public void Announce(LinkId link, NodeId neighbour, Outbox outbox)
    {
        _sequence++;
        outbox.Send(link, Stamp(new RouteReply(Envelope.To(neighbour), default)));
    }

    /// <summary>Answers under a new sequence number, so that every node on the reverse path may use it.</summary>
    public void AnswerRoute(RouteRequest request, Outbox outbox)
    {
        _sequence++;
        if (request.MinSequence != SequenceNumber.Any) Follow(request.MinSequence);
        outbox.Route(new RouteReply(Envelope.To(request.Envelope.Source), request.Query));
    }

    /// <summary>
    /// A message of this node came back; its number is newer after a clock was set back, or when it was forged.
    /// </summary>
    public void OnOwn(ulong sequence) => Follow(sequence);

    /// <summary>Sends all routed messages and floods that the rooms have put into the outbox.</summary>
    public void Deliver(Instant now, Outbox outbox)
    {
        while (true)
        {
            if (outbox.Routed.TryDequeue(out var message)) SendRouted(now, message, outbox);
            else if (outbox.Floods.TryDequeue(out var flood)) SendFlood(now, flood.Message, flood.Except, outbox);
            else return;
        }
    }

    public void SendPiece(Instant now, LinkId link, FileTransfer piece, Content.ContentId content, Outbox outbox)
    {
        _neighbours.Find(link)?.OnQueued(now, piece.BodyBytes);
        outbox.Add(new Effect.SendPiece(link, (FileTransfer)Stamp(piece), content));
    }

    /// <summary>Forwards a message for another node; without a route it answers with a Route Withdrawal.</summary>
    public void Forward(Instant now, Link from, RoutedMessage message, Payload? body, Outbox outbox)
    {
        var destination = message.Envelope.Destination;
        var route = message.Envelope.HopLimit > 1 ? _routes.NextHop(destination, except: from.Node) : null;
        if (route is null || _neighbours.Find(route.NextHop) is not { } neighbour)
        {
            if (body is not null) outbox.Add(new Effect.Drop(body));
            if (message.Envelope.HopLimit > 1) outbox.Send(from.Id, new RouteWithdrawal([destination]));
            return;
        }
        var forwarded = PassOn(message);
        if (body is null)
        {
            outbox.Send(neighbour.LinkForControl(now, route.HeardAt), forwarded);
            return;
        }
        var link = neighbour.LinkForPassedOn(now, route.HeardAt, body.Length);
        link.OnQueued(now, body.Length);
        outbox.Add(new Effect.Forward(link.Id, from.Node, (FileTransfer)forwarded, body));
    }

    /// <summary>Forwards the flood of another node over one link.</summary>
    public void PassTo(LinkId link, RoutedMessage flood, Outbox outbox) => outbox.Send(link, PassOn(flood));

    /// <summary>Also to a number half the range away, of which nobody can say whether it is newer.</summary>
    private void Follow(ulong sequence)
    {
        if (!SequenceNumber.IsNewer(_sequence, than: sequence)) _sequence = sequence;
    }

    private void SendRouted(Instant now, RoutedMessage message, Outbox outbox)
    {
        var destination = message.Envelope.Destination;
        if (_routes.NextHop(destination, except: null) is { } route
            && _neighbours.Find(route.NextHop) is { } neighbour)
            outbox.Send(neighbour.LinkForControl(now, route.HeardAt), _speech.Say(Stamp(message)));
        else if (destination != _self) _finder.Want(now, destination, _routes.SequenceWanted(destination), outbox);
    }

    private void SendFlood(Instant now, RoutedMessage flood, NodeId? except, Outbox outbox)
    {
        var own = flood.Envelope.Source.IsNone;
        if (own) _sequence++;
        var message = own ? _speech.Say(Stamp(flood)) : PassOn(flood);
        foreach (var neighbour in _neighbours.All)
            if (neighbour.Node != except) outbox.Send(neighbour.LinkForControl(now), message);
    }

    private RoutedMessage Stamp(RoutedMessage message) =>
        message with { Envelope = message.Envelope with { Source = _self, Sequence = _sequence } };

    private RoutedMessage PassOn(RoutedMessage message)
    {
        var (sequence, metric, hops) = _routes.Advertise(message.Envelope.Source);
        return message with
        {
            Envelope = message.Envelope with
            {
                Sequence = sequence,
                MetricMicroseconds = metric,
                Hops = (byte)Math.Min(hops, WireLimits.HopLimitMax),
                HopLimit = (byte)(message.Envelope.HopLimit - 1),
            },
        };
    }
}
