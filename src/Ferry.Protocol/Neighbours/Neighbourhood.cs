using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// The links that are up. A heartbeat every 5 s and silence of 15 s decide what is up, whatever the kernel believes.
/// Two links to one node over the same path are one too many (both ends dialled each other): both ends keep the link
/// that the smaller node id dialled, or the newer when one end dialled both, and so agree without a word.
/// </summary>
internal sealed class Neighbourhood(EngineOptions options)
{
    private readonly SortedDictionary<LinkId, Neighbour> _byLink = [];

    public IReadOnlyCollection<Neighbour> All => _byLink.Values;
    public bool Any => _byLink.Count > 0;

    public Instant NextDeadline =>
        _byLink.Values.Select(neighbour => neighbour.Timers.Next).DefaultIfEmpty(Instant.Never).Min();

    public TimeSpan SlowestRoundTrip => _byLink.Values
        .Select(neighbour => neighbour.RoundTrip ?? neighbour.Traits.TypicalLatency * 2).DefaultIfEmpty().Max();

    public uint CostOf(LinkId link) => Find(link)?.Cost ?? Envelope.Unreachable / 2;

    public string TransportOf(LinkId link) => Find(link)?.Traits.Transport ?? "";

    public Neighbour? Find(LinkId link) => _byLink.GetValueOrDefault(link);

    /// <summary>Adds the link, or closes it or the one it replaces. Returns the link that goes, if any.</summary>
    public LinkId? Add(Instant now, Input.LinkUp up, Outbox outbox)
    {
        if (_byLink.Count >= options.LinksMax)
        {
            var text = $"this node takes {options.LinksMax} links";
            outbox.Add(new Effect.CloseLink(up.Link, LeaveReason.TooManyLinks, text));
            return up.Link;
        }
        var neighbour = new Neighbour(up, now);
        var twin = _byLink.Values.FirstOrDefault(neighbour.IsTwinOf);
        _byLink.Add(up.Link, neighbour);
        neighbour.Timers.Arm(CoreTimer.Heartbeat, now);
        neighbour.Timers.Arm(CoreTimer.LinkDead, now + options.LinkDeadAfter);
        if (twin is null) return null;
        var loser = InitiatorOf(twin).CompareTo(InitiatorOf(neighbour)) < 0 ? neighbour : twin;
        outbox.Add(new Effect.CloseLink(loser.Link, LeaveReason.DuplicateLink, "there is another link to this node"));
        _byLink.Remove(loser.Link);
        return loser.Link;
    }

    public void LeaveAll(LeaveReason reason, Outbox outbox)
    {
        const string Text = "this node leaves the network";
        foreach (var link in _byLink.Keys) outbox.Add(new Effect.CloseLink(link, reason, Text));
    }

    /// <summary>False when the link was not (or no longer) up.</summary>
    public bool Remove(LinkId link) => _byLink.Remove(link);

    public void OnHeard(Instant now, Neighbour neighbour) =>
        neighbour.Timers.Arm(CoreTimer.LinkDead, now + options.LinkDeadAfter);

    /// <summary>Sends heartbeats; returns the links that have been silent for too long, closed already.</summary>
    public List<LinkId> OnTick(Instant now, Outbox outbox)
    {
        var dead = new List<LinkId>();
        foreach (var neighbour in _byLink.Values)
        {
            if (neighbour.Timers.TakeIfDue(CoreTimer.LinkDead, now))
            {
                dead.Add(neighbour.Link);
                continue;
            }
            if (!neighbour.Timers.TakeIfDue(CoreTimer.Heartbeat, now)) continue;
            outbox.Send(neighbour.Link, Neighbour.HeartbeatAt(now));
            neighbour.Timers.Arm(CoreTimer.Heartbeat, now + options.HeartbeatInterval);
        }
        foreach (var link in dead)
        {
            _byLink.Remove(link);
            var text = $"silent for {options.LinkDeadAfter.TotalSeconds:0} s";
            outbox.Add(new Effect.CloseLink(link, LeaveReason.ProtocolError, text));
        }
        return dead;
    }

    public IReadOnlyList<NeighbourStatus> Status(Instant now) =>
        [.. _byLink.Values.Select(neighbour => neighbour.Status(now))];

    private NodeId InitiatorOf(Neighbour neighbour) => neighbour.Dialed ? options.Self : neighbour.Node;
}
