using System.Text;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

// A node draws a random number at each start, its run, and says it in every Join. Two links from one node id with two
// runs mean a restart, of which the older link has not heard, or two machines with one identity (a copied home).
// Only what is alive answers: when a link of another run comes up, the older links get a heartbeat at once. Its number
// is the moment at which it is sent, so a reply to it, or to a later one, was written by a process that was alive when
// the other run had already made its link. A home has one running node, so these are two homes. A restart never gets
// there, however late its last bytes arrive: nothing answers for a process that has ended.
//
// The run with the smaller number goes on. Every neighbour that sees both comes to the same result without a word.

/// <summary>Whether the links of one node id come from one running node.</summary>
internal sealed class RunWatch
{
    private const int TurnedAwayMax = 64;

    /// <summary>Runs that have lost, while the one that goes on is linked: they dial again.</summary>
    private readonly HashSet<ulong> _turnedAway = [];

    public bool IsTurnedAway(ulong run) => _turnedAway.Contains(run);

    /// <summary>A link of another run is up: which of the older ones are alive?</summary>
    public static void Challenge(Instant now, IEnumerable<Link> older)
    {
        foreach (var link in older)
        {
            link.ChallengedAt = now;
            link.HeartbeatDue.Arm(now);
        }
    }

    /// <summary>A reply has come: the links of the run that has to go, none when there is one run only.</summary>
    public IReadOnlyList<Link> Judge(Link link, HeartbeatReply reply, IReadOnlyList<Link> links, Outbox outbox)
    {
        if (link.ChallengedAt is not { } at || reply.Number < (ulong)at.Microseconds) return [];
        link.ChallengedAt = null;
        var newest = links[^1];
        if (newest.Run == link.Run) return [];
        var (stays, goes) = link.Run < newest.Run ? (link, newest) : (newest, link);
        if (_turnedAway.Count >= TurnedAwayMax) _turnedAway.Clear();
        _turnedAway.Add(goes.Run);
        outbox.Tell(new Notice.IdentityShared(link.Node, stays.Address, goes.Address));
        outbox.Send(stays.Id, new SharedIdentity(GoesOn: true, Said(goes.Address)));
        List<Link> lost = [.. links.Where(other => other.Run == goes.Run)];
        foreach (var other in lost) TurnAway(other.Id, stays.Address, outbox);
        return lost;
    }

    public static void TurnAway(LinkId link, string otherAddress, Outbox outbox)
    {
        outbox.Send(link, new SharedIdentity(GoesOn: false, Said(otherAddress)));
        outbox.Add(new Effect.CloseLink(link, LeaveReason.DuplicateLink, "another machine has the same identity"));
    }

    private static string Said(string address) =>
        Encoding.UTF8.GetByteCount(address) <= WireLimits.AddressBytesMax ? address : "";
}
