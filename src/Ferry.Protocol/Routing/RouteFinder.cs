using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Routing;

/// <summary>
/// Looks for nodes to which a message of this node has no route: a small flood, repeated after 1, 2, 4 … 30 s for as
/// long as the node is wanted, and at once when a link comes up. Only the wanted node answers, under a new sequence
/// number, so that every node on the way may use the answer whatever it advertised before (RFC 8966 §3.8.2.1, without
/// answers from others' tables).
/// </summary>
internal sealed class RouteFinder(NodeId self, Chance chance, Deadlines deadlines, KeyedIds ids)
{
    /// <summary>A node for which no message was sent for this long is no longer looked for.</summary>
    public static readonly TimeSpan WantedFor = TimeSpan.FromSeconds(60);
    public static readonly Backoff Retry = new(TimeSpan.FromSeconds(1), Max: TimeSpan.FromSeconds(30));
    public const int WantedMax = 1000;
    public const int RecentMax = 64;

    private readonly SortedDictionary<NodeId, WantedNode> _wanted = [];
    private readonly SeenFloods _seen = new(ids);
    private readonly Queue<(RouteRequest Request, Instant At)> _recent = [];

    public void Want(Instant now, NodeId node, ulong minSequence, Outbox outbox)
    {
        if (_wanted.TryGetValue(node, out var wanted))
        {
            wanted.AskedAt = now;
            wanted.MinSequence = minSequence;
            return;
        }
        if (_wanted.Count >= WantedMax) return;
        wanted = new WantedNode(node, deadlines) { AskedAt = now, MinSequence = minSequence };
        _wanted.Add(node, wanted);
        Ask(now, wanted, outbox);
    }

    public void OnFound(NodeId node)
    {
        if (_wanted.Remove(node, out var found)) found.Retry.Disarm();
    }

    /// <summary>A new link may lead to nodes that were not found: ask at once, and reset the backoff.</summary>
    public void OnLinkUp(Instant now)
    {
        foreach (var wanted in _wanted.Values)
        {
            wanted.Asks = 0;
            wanted.Retry.Arm(now);
        }
    }

    /// <summary>It was not found in time.</summary>
    public void OnRetry(Instant now, WantedNode wanted, Outbox outbox)
    {
        if (now - wanted.AskedAt > WantedFor) _wanted.Remove(wanted.Node);
        else Ask(now, wanted, outbox);
    }

    /// <summary>True when this node is the wanted one and must answer.</summary>
    public bool OnRequest(Instant now, NodeId from, RouteRequest request, Outbox outbox)
    {
        var verdict = _seen.Judge(now, request.Query, request.Envelope.HopLimit);
        if (verdict == FloodVerdict.Drop) return false;
        if (request.Wanted == self) return verdict == FloodVerdict.AnswerAndPassOn;
        if (request.Envelope.HopLimit <= 1 || !_seen.TryPassOn(now, from, request.Query)) return false;
        outbox.Flood(request, except: from);
        _recent.Enqueue((request, now));
        if (_recent.Count > RecentMax) _recent.Dequeue();
        return false;
    }

    /// <summary>
    /// Recent requests of other nodes, to be repeated over a link that has just come up: so a relay that comes back is
    /// found at once by nodes more than a hop away, which do not see its link come up.
    /// </summary>
    public IReadOnlyList<RouteRequest> Recent(Instant now)
    {
        while (_recent.TryPeek(out var oldest) && now - oldest.At > Retry.Max) _recent.Dequeue();
        return [.. _recent.Select(entry => entry.Request)];
    }

    private void Ask(Instant now, WantedNode wanted, Outbox outbox)
    {
        var query = chance.Ids.NextQuery();
        _seen.Judge(now, query, WireLimits.HopLimitMax);
        var envelope = Envelope.ToAll(WireLimits.HopLimitMax);
        outbox.Flood(new RouteRequest(envelope, query, wanted.Node, wanted.MinSequence), except: null);
        wanted.Retry.Arm(now + chance.Random.Jitter(Retry.After(wanted.Asks++)));
    }
}
