using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// A node at the other end of one link or several. Messages are addressed to the node, which chooses among its links.
/// The neighbour may have restarted between one link and the next and have forgotten the metrics it advertised, so an
/// older route over a newer link could loop: a route leads only over links that were up when it was heard.
/// </summary>
/// <param name="allowance">What may come from it.</param>
internal sealed class Neighbour(NodeId node, Allowance allowance)
{
    private readonly List<Link> _links = [];
    private List<Link> _inUse = [];

    public NodeId Node => node;
    public Allowance Allowance => allowance;
    public RunWatch Runs { get; } = new();
    public IReadOnlyList<Link> Links => _links;

    /// <summary>
    /// Expected microseconds to move a mebibyte to the neighbour, over all links together: what a hop adds to a route's
    /// metric, 1 / (1/c1 + 1/c2 + …).
    /// </summary>
    public uint Cost
    {
        get
        {
            if (_inUse.Count == 1) return _inUse[0].Cost;
            var perMicrosecond = _inUse.Sum(link => 1.0 / link.Cost);
            return (uint)Math.Clamp(Math.Round(1 / perMicrosecond), 1, Envelope.Unreachable / 64);
        }
    }

    public TimeSpan RoundTrip => _inUse.Min(link => link.Latency) * 2;

    public void Add(Link link)
    {
        _links.Add(link);
        ChooseInUse();
    }

    public void Remove(Link link)
    {
        _links.Remove(link);
        ChooseInUse();
    }

    /// <summary>When the oldest link in use came up.</summary>
    public Instant InUseSince => _inUse.Min(link => link.UpSince);

    /// <summary>For a message to the neighbour itself.</summary>
    public LinkId LinkForControl(Instant now) => LinkForControl(now, heardAt: now);

    /// <summary>
    /// The link for messages without a body: the cheapest that is not stalled. Costs change rarely, so messages are
    /// rarely reordered.
    /// </summary>
    /// <param name="heardAt">When the route that the message takes was heard.</param>
    public LinkId LinkForControl(Instant now, Instant heardAt)
    {
        var links = UpBy(heardAt);
        if (links.Count == 1) return links[0].Id;
        return links.OrderBy(link => link.IsStalled(now)).ThenBy(link => link.Cost).First().Id;
    }

    public PieceRoom RoomForOwnPiece(Instant now, Instant heardAt, long leftBytes)
    {
        var links = UpBy(heardAt);
        var link = LinkScheduler.ForOwnPiece(now, links, leftBytes);
        var bytesMax = links.Count == 1 ? WireLimits.PieceBytesMax : link?.PieceBytes ?? 0;
        return new PieceRoom(link?.Id, bytesMax, OnSomeLinksOnly: links.Count < _inUse.Count);
    }

    public Link LinkForPassedOn(Instant now, Instant heardAt, int bytes) =>
        LinkScheduler.ForPassedOn(now, UpBy(heardAt), bytes);

    /// <summary>For people: what carries bulk, such as <c>tcp</c> or <c>tcp+bluetooth</c>.</summary>
    public string Transports => _inUse.Count == 1 ? _inUse[0].Transport : string.Join(
        '+', _inUse.Where(link => LinkScheduler.IsFastEnough(link, _inUse)).Select(link => link.Transport).Distinct());

    public IEnumerable<LinkStatus> Status(Instant now) => _links
        .Select(link => link.Status(now, RoleOf(now, link)))
        .OrderBy(status => status.Role).ThenByDescending(status => status.Rate);

    /// <summary>Of duplicates only the newest is used: the older may be half-open, or is about to be closed.</summary>
    private void ChooseInUse() =>
        _inUse = [.. _links.Where((link, index) => !_links.Skip(index + 1).Any(link.IsSupersededBy))];

    private List<Link> UpBy(Instant moment)
    {
        foreach (var link in _inUse)
            if (link.UpSince > moment) return Older(moment);
        return _inUse;
    }

    private List<Link> Older(Instant moment) => _inUse.FindAll(link => link.UpSince <= moment);

    private LinkRole RoleOf(Instant now, Link link) =>
        !_inUse.Contains(link) ? LinkRole.Replaced
        : LinkScheduler.Carries(now, link, _inUse) ? LinkRole.Bulk : LinkRole.Standby;
}
