using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Search;

/// <summary>
/// Finds files by flooding. A search goes out in rings: two hops first, because most of what people want is near, then
/// as far as the hop limit, under the same query id (see <see cref="SeenFloods"/>: nodes that answered the narrow ring
/// forward the wider one, and answer no query twice). Answers travel to the origin on the routes that the flood has
/// just taught. Slow links are never skipped: Bluetooth may be the only one. docs/protocol.md §5.
/// </summary>
internal sealed class FloodSearch(byte hopLimit, Func<TimeSpan> slowestRoundTrip, Deadlines deadlines)
{
    public const byte FirstRing = 2;

    /// <summary>Answers one node gives to one query, and answers one query takes in.</summary>
    public const int HitsMax = 100;
    public const int HitsTakenMax = 2000;

    private static readonly TimeSpan FirstRingWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LastRingWait = TimeSpan.FromMilliseconds(1500);

    /// <summary>After the first answer the others follow soon.</summary>
    private static readonly TimeSpan QuietWait = TimeSpan.FromMilliseconds(600);

    private readonly SeenFloods _seen = new();
    private readonly Dictionary<QueryId, NodeId> _answering = [];
    private readonly Dictionary<QueryId, OwnSearch> _own = [];

    public void Start(Instant now, Input.StartSearch start, bool anyNeighbour, Outbox outbox)
    {
        var query = start.Query;
        if (!anyNeighbour)
        {
            outbox.Tell(new Notice.SearchEnded(query));
            return;
        }
        var search = new OwnSearch(start, deadlines) { Ring = Math.Min(FirstRing, hopLimit) };
        if (!_own.TryAdd(query, search)) return;
        // So that this node does not answer its own query when a neighbour forwards it back.
        _seen.Judge(now, query, WireLimits.HopLimitMax);
        Ask(now, search, outbox);
    }

    public void Stop(QueryId query)
    {
        if (_own.Remove(query, out var stopped)) stopped.RingEnds.Disarm();
    }

    /// <summary>Its ring has had time to answer.</summary>
    public void OnRingEnd(Instant now, OwnSearch search, Outbox outbox)
    {
        if (search.Ring < hopLimit)
        {
            search.Ring = hopLimit;
            Ask(now, search, outbox);
            return;
        }
        _own.Remove(search.Query);
        outbox.Tell(new Notice.SearchEnded(search.Query));
    }

    public void OnQuery(Instant now, NodeId from, FileSearch query, Outbox outbox)
    {
        var verdict = _seen.Judge(now, query.Query, query.Envelope.HopLimit);
        if (verdict == FloodVerdict.Drop) return;
        if (verdict == FloodVerdict.AnswerAndPassOn)
        {
            _answering[query.Query] = query.Envelope.Source;
            outbox.Store(new StorageRequest.MatchShares(query.Query, query.Text, query.Content, HitsMax));
        }
        if (query.Envelope.HopLimit > 1) outbox.Flood(query, except: from);
    }

    /// <summary>Storage has matched the shares against the query of another node.</summary>
    public void OnMatched(StorageResult.SharesMatched matched, Outbox outbox)
    {
        if (!_answering.Remove(matched.Query, out var origin)) return;
        foreach (var match in matched.Matches.Take(HitsMax))
        {
            var name = SendableName.Of(match.Name);
            outbox.Route(new HasFile(Envelope.To(origin), matched.Query, match.Content, name, match.Size, match.Held)
            {
                Traits = match.Traits,
            });
        }
    }

    /// <summary>True when the answer belongs to a running search of this node and is not a repetition.</summary>
    public bool OnHit(Instant now, HasFile hit, Outbox outbox)
    {
        if (!_own.TryGetValue(hit.Query, out var search) || search.Hits.Count >= HitsTakenMax) return false;
        if (search.Content is { } wanted && wanted != hit.Content) return false;
        if (!search.Hits.Add((hit.Envelope.Source, hit.Content, hit.Name))) return false;
        var quiet = now + QuietWait + slowestRoundTrip();
        if (search.Ring == hopLimit) search.RingEnds.ArmBy(quiet);
        outbox.Tell(new Notice.SearchHit(
            hit.Query, hit.Envelope.Source, hit.Content, hit.Name, hit.Size, hit.Held, hit.Envelope.Hops + 1)
        {
            Traits = hit.Traits,
        });
        return true;
    }

    private void Ask(Instant now, OwnSearch search, Outbox outbox)
    {
        // A slow link needs longer both ways; the slowest neighbour is the estimate for links further away, which are
        // not measured.
        var wait = search.Ring < hopLimit ? FirstRingWait : search.Hits.Count > 0 ? QuietWait : LastRingWait;
        search.RingEnds.Arm(now + wait + slowestRoundTrip() * search.Ring);
        var envelope = Envelope.ToAll(search.Ring);
        outbox.Flood(new FileSearch(envelope, search.Query, search.Text, search.Content), except: null);
    }
}
