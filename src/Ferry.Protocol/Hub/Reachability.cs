using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Hub;

/// <summary>
/// Which nodes can be reached: links change routes, routes change what transfers can do, and neighbours are told what
/// this node can no longer reach.
/// </summary>
internal sealed class Reachability(
    Neighbourhood neighbours, RoutingTable routes, RouteFinder finder, Router router, Downloads downloads,
    Uploads uploads, Offers pushed)
{
    private readonly AddressOffers _offers = new(neighbours);

    public void OnLinkUp(Instant now, Input.LinkUp up, Outbox outbox)
    {
        var gone = neighbours.Add(now, up, outbox);
        if (gone == up.Link) return;
        if (gone is null) routes.OnCostChanged(up.Peer.Node);
        else
        {
            uploads.OnPathLost(now, up.Peer.Node, outbox);
            OnInFlightLost(now, up.Peer.Node, outbox);
        }
        uploads.OnRoom(up.Peer.Node);
        router.Announce(up.Link, up.Peer.Node, outbox);
        _offers.OnLinkUp(up.Link, outbox);
        foreach (var request in finder.Recent(now)) router.PassTo(up.Link, request, outbox);
        finder.OnLinkUp(now);
        uploads.OnLinkUp(now, outbox);
        downloads.OnLinkUp(now);
    }

    public void OnLinkDown(Instant now, LinkId link, Outbox outbox)
    {
        if (neighbours.Find(link) is not { } lost) return;
        // Before the route is forgotten: uploads send Transfer Resume to requesters behind this link.
        uploads.OnPathLost(now, lost.Node, outbox);
        neighbours.Remove(lost);
        OnInFlightLost(now, lost.Node, outbox);
    }

    public void OnLeave(Instant now, LinkId link, Leave leave, Outbox outbox)
    {
        outbox.Add(new Effect.CloseLink(link, leave.Reason, "the neighbour left"));
        OnLinkDown(now, link, outbox);
    }

    public void OnWithdrawn(Instant now, LinkId link, RouteWithdrawal withdrawal, Outbox outbox)
    {
        if (neighbours.Find(link) is { Node: var node })
            OnLosses(now, routes.Withdraw(node, withdrawal.Unreachable), outbox);
    }

    public void OnEnvelope(Instant now, NodeId neighbour, in Envelope envelope, Outbox outbox)
    {
        if (routes.Learn(now, neighbour, envelope)) OnRouteFound(now, envelope.Source, outbox);
    }

    public void OnListening(Instant now, IReadOnlyList<string> addresses, Outbox outbox) =>
        _offers.OnListening(now, addresses, outbox);

    public void OnOffer(LinkId link, AddressOffer offer, Outbox outbox) => _offers.OnOffer(link, offer, outbox);

    /// <summary>A link has sent bodies, or will not: it has room for more.</summary>
    public void OnSent(Instant now, LinkId id, int bytes)
    {
        if (neighbours.Find(id) is not { } link) return;
        link.OnSent(now, bytes);
        uploads.OnRoom(link.Node);
    }

    public void OnNotRead(Instant now, StorageResult.PieceNotRead piece, Outbox outbox)
    {
        OnSent(now, piece.Link, piece.BodyBytes);
        uploads.OnReadFailed(now, piece.Transfer, piece.Reason, outbox);
    }

    public void OnMeasured(Input.LinkMeasured measured)
    {
        if (neighbours.Find(measured.Link) is not { } link) return;
        if (link.OnMeasured(measured.BytesPerSecond)) routes.OnCostChanged(link.Node);
        uploads.OnRoom(link.Node);
    }

    public void OnHeartbeatReply(Instant now, Link link, HeartbeatReply reply, Outbox outbox)
    {
        if (!link.IsAwaited(reply)) return;
        if (link.OnHeartbeatReply(now, reply)) routes.OnCostChanged(link.Node);
        foreach (var lost in neighbours.OnAlive(link, reply, outbox)) OnLinkDown(now, lost.Id, outbox);
    }

    public void OnDue(Instant now, Link link, CoreTimer timer, Outbox outbox)
    {
        if (timer == CoreTimer.Heartbeat)
        {
            neighbours.SendHeartbeat(now, link, outbox);
            return;
        }
        neighbours.CloseDead(link, outbox);
        OnLinkDown(now, link.Id, outbox);
    }

    public void Expire(Instant now, Outbox outbox)
    {
        if (routes.Expire(now) is { } losses) OnLosses(now, losses, outbox);
    }

    /// <summary>
    /// What was in flight on the link is lost, whether other links to the neighbour are up or not. Only the two ends of
    /// the link see the loss, so this node repairs its own transfers over that path. Routes heard before the oldest
    /// surviving link came up are discarded: the neighbour may have restarted since.
    /// </summary>
    private void OnInFlightLost(Instant now, NodeId node, Outbox outbox)
    {
        var neighbour = neighbours.Find(node);
        OnLosses(now, routes.RemoveNeighbour(node, heardBefore: neighbour?.InUseSince ?? Instant.Never), outbox);
        if (neighbour is null) return;
        downloads.OnPathLost(now, node, outbox);
        routes.OnCostChanged(node);
        uploads.OnRoom(node);
    }

    private void OnLosses(Instant now, RouteLosses losses, Outbox outbox)
    {
        foreach (var some in losses.Unreachable.Chunk(WireLimits.UnreachableMax))
            foreach (var neighbour in neighbours.All)
                outbox.Send(neighbour.LinkForControl(now), new RouteWithdrawal(some));
        foreach (var node in losses.Unreachable) downloads.OnUnreachable(now, node, outbox);
        foreach (var node in losses.Rerouted) OnRouteFound(now, node, outbox);
    }

    private void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        finder.OnFound(node);
        uploads.OnRouteFound(now, node, outbox);
        downloads.OnRouteFound(now, node, outbox);
        pushed.OnRouteFound(now, node, outbox);
    }
}
