using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// The links that are up, and the nodes behind them. A heartbeat every 5 s and a time-out of 15 s decide which links
/// are up, whatever the kernel believes. A node may have several links, but of two over the same path one is closed,
/// and both ends decide alike without negotiation. When each end dialled one, the link that the smaller node id dialled
/// stays. When one end dialled both, that end alone knows which is newer, since they may come up in different order: it
/// closes the older, and the other end only ceases to use what looks older to it, until it is closed or found dead.
/// </summary>
internal sealed class Neighbourhood(EngineOptions options, Deadlines deadlines, KeyedIds ids)
{
    private readonly AllowanceBook _allowances = new(ids);
    private readonly SortedDictionary<LinkId, Link> _links = [];
    private readonly SortedDictionary<NodeId, Neighbour> _neighbours = [];

    public IReadOnlyCollection<Neighbour> All => _neighbours.Values;

    /// <summary>Whom a flood goes to, and how far each of them is.</summary>
    public IEnumerable<AskedNode> Asked => _neighbours.Values.Select(neighbour =>
        new AskedNode(neighbour.Node, (uint)Math.Clamp(neighbour.RoundTrip.TotalMicroseconds, 0, uint.MaxValue)));

    public uint CostOf(NodeId node) => Find(node)?.Cost ?? Envelope.Unreachable / 2;

    public string TransportsOf(NodeId node) => Find(node)?.Transports ?? "";

    public Link? Find(LinkId link) => _links.GetValueOrDefault(link);

    public Neighbour? Find(NodeId node) => _neighbours.GetValueOrDefault(node);

    /// <summary>
    /// Adds the link, or closes it or the one it replaces. Returns the link that is not used from now on, if any.
    /// </summary>
    public LinkId? Add(Instant now, Input.LinkUp up, Outbox outbox)
    {
        if (_links.Count >= options.LinksMax)
        {
            var text = $"this node takes {options.LinksMax} links";
            outbox.Add(new Effect.CloseLink(up.Link, LeaveReason.TooManyLinks, text));
            return up.Link;
        }
        var link = new Link(up, now, deadlines);
        if (!_neighbours.TryGetValue(link.Node, out var neighbour))
        {
            _neighbours.Add(link.Node, neighbour = new Neighbour(link.Node, _allowances.Of(link.Node)));
        }
        else if (neighbour.Runs.IsTurnedAway(link.Run))
        {
            RunWatch.TurnAway(up.Link, neighbour.Links[^1].Address, outbox);
            return up.Link;
        }
        var duplicates = neighbour.Links.Where(link.IsDuplicateOf).ToList();
        var older = neighbour.Links.Where(other => other.Run != link.Run).ToList();
        _links.Add(link.Id, link);
        neighbour.Add(link);
        link.HeartbeatDue.Arm(now);
        OnHeard(now, link);
        RunWatch.Challenge(now, older);
        if (older.Count > 0) return older[^1].Id;
        return duplicates.Count == 0 ? null : Replace(duplicates, link, outbox);
    }

    /// <summary>The neighbour answers over this link. Returns the links that are closed for it.</summary>
    public IReadOnlyList<Link> OnAlive(Link link, HeartbeatReply reply, Outbox outbox) =>
        Find(link.Node) is { } neighbour ? neighbour.Runs.Judge(link, reply, neighbour.Links, outbox) : [];

    public void LeaveAll(LeaveReason reason, Outbox outbox)
    {
        const string Text = "this node leaves the network";
        foreach (var link in _links.Keys) outbox.Add(new Effect.CloseLink(link, reason, Text));
    }

    public void Remove(Link link)
    {
        _links.Remove(link.Id);
        link.HeartbeatDue.Disarm();
        link.DeadDue.Disarm();
        var neighbour = _neighbours[link.Node];
        neighbour.Remove(link);
        if (neighbour.Links.Count == 0) _neighbours.Remove(link.Node);
    }

    public void OnHeard(Instant now, Link link) => link.DeadDue.Arm(now + options.LinkDeadAfter);

    public void SendHeartbeat(Instant now, Link link, Outbox outbox)
    {
        outbox.Send(link.Id, link.HeartbeatAt(now));
        link.HeartbeatDue.Arm(now + options.HeartbeatInterval);
    }

    /// <summary>It has been silent for too long.</summary>
    public void CloseDead(Link link, Outbox outbox)
    {
        var text = $"silent for {options.LinkDeadAfter.TotalSeconds:0} s";
        outbox.Add(new Effect.CloseLink(link.Id, LeaveReason.ProtocolError, text));
    }

    public IReadOnlyList<LinkStatus> Status(Instant now) =>
        [.. _neighbours.Values.SelectMany(neighbour => neighbour.Status(now))];

    private LinkId Replace(List<Link> duplicates, Link link, Outbox outbox)
    {
        var duplicate = duplicates[^1];
        // Of duplicates that the other end dialed, one is left to it to close; a third is closed here, or a neighbour
        // could open any number.
        if (!link.Dialed && duplicates.TrueForAll(other => !other.Dialed))
        {
            if (duplicates.Count > 1) Close(duplicates[0], outbox);
            return duplicate.Id;
        }
        var loser = InitiatorOf(duplicate).CompareTo(InitiatorOf(link)) < 0 ? link : duplicate;
        Close(loser, outbox);
        return loser.Id;
    }

    private void Close(Link link, Outbox outbox)
    {
        outbox.Add(new Effect.CloseLink(link.Id, LeaveReason.DuplicateLink, "there is another link over this path"));
        Remove(link);
    }

    private NodeId InitiatorOf(Link link) => link.Dialed ? options.Self : link.Node;
}
