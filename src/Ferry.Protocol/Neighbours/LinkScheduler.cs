using Ferry.Protocol.Values;

namespace Ferry.Protocol.Neighbours;

// Several links to one neighbour carry one transfer, hop by hop: multipath scheduling by earliest completion first
// (ECF: Lim, Nahum, Towsley and Gibbens, CoNEXT 2017). Each piece takes the link on which it arrives first, behind what
// waits there, at that link's rate and latency. Where all queues are kept full that shares the pieces out by rate, so
// the sum of the rates is reached. Where they are not, one rule more is needed: a slow link that has room must not take
// the last pieces, which would then arrive long after the fast link has drained. So a link that is not the earliest
// gets a piece only if it arrives there before the others would have delivered all that is left to send. The whole is
// never later than the fast link alone, up to one piece. docs/protocol.md §4.7.

/// <summary>Which of the links to one neighbour takes the next piece.</summary>
internal static class LinkScheduler
{
    /// <summary>
    /// A link so many times slower than the fastest is on standby: it could add less than errors of measurement could
    /// cost.
    /// </summary>
    public const int StandbyFactor = 16;

    /// <summary>
    /// For a piece that this node cuts itself, to fit the link; null while the links that should take it have no room.
    /// </summary>
    /// <param name="leftBytes">All that is left to send to the neighbour, this piece included.</param>
    public static Link? ForOwnPiece(Instant now, IReadOnlyList<Link> links, long leftBytes)
    {
        if (links.Count == 1) return links[0].RoomBytes > 0 ? links[0] : null;
        Link? earliest = null, open = null;
        foreach (var link in links)
        {
            if (!Carries(now, link, links)) continue;
            earliest = Earlier(earliest, link);
            if (link.RoomBytes > 0) open = Earlier(open, link);
        }
        if (open is null || open == earliest) return open;
        return Arrival(open) <= SecondsWithout(open, now, links, leftBytes) ? open : null;
    }

    /// <summary>
    /// For a piece that this node forwards: its length is given, and it is queued even where there is no room.
    /// </summary>
    public static Link ForPassedOn(Instant now, IReadOnlyList<Link> links, int bytes)
    {
        var earliest = links[0];
        foreach (var link in links)
        {
            var carries = Carries(now, link, links);
            if (carries == Carries(now, earliest, links)
                ? link.SecondsToDeliver(bytes) < earliest.SecondsToDeliver(bytes) : carries) earliest = link;
        }
        return earliest;
    }

    /// <summary>The link carries bulk together with the others; otherwise it is on standby.</summary>
    public static bool Carries(Instant now, Link link, IReadOnlyList<Link> links)
    {
        if (links.Count == 1) return true;
        long fastest = 0;
        foreach (var other in links)
            if (!other.IsStalled(now)) fastest = Math.Max(fastest, other.Rate);
        // All links are stalled: none is better than another.
        return fastest == 0 || (!link.IsStalled(now) && link.Rate >= fastest / StandbyFactor);
    }

    public static bool IsFastEnough(Link link, IReadOnlyList<Link> links) =>
        link.Rate >= links.Max(other => other.Rate) / StandbyFactor;

    private static Link Earlier(Link? one, Link other) =>
        one is null || Arrival(other) < Arrival(one) ? other : one;

    private static double Arrival(Link link) => link.SecondsToDeliver(link.PieceBytes);

    private static double SecondsWithout(Link link, Instant now, IReadOnlyList<Link> links, long leftBytes)
    {
        long rate = 0, bytes = leftBytes;
        foreach (var other in links)
        {
            if (other == link || !Carries(now, other, links)) continue;
            rate += other.Rate;
            bytes += other.QueuedBytes;
        }
        return (double)bytes / Math.Max(1, rate);
    }
}
