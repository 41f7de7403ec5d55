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
internal sealed class FloodSearch(byte hopLimit, Func<TimeSpan> slowestRoundTrip)
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

    public Instant NextDeadline => _own.Count == 0 ? Instant.Never : _own.Values.Min(search => search.RingEnds);

    public void Start(Instant now, Input.StartSearch start, bool anyNeighbour, Outbox outbox)
    {
        var query = start.Query;
        if (!anyNeighbour)
        {
            outbox.Tell(new Notice.SearchEnded(query));
            return;
        }
        var search = new OwnSearch(start.Text, start.Content) { Ring = Math.Min(FirstRing, hopLimit) };
        if (!_own.TryAdd(query, search)) return;
        // So that this node does not answer its own query when a neighbour forwards it back.
        _seen.Judge(now, query, WireLimits.HopLimitMax);
        Ask(now, query, search, outbox);
    }

    public void Stop(QueryId query) => _own.Remove(query);

    public void OnTick(Instant now, Outbox outbox)
    {
        foreach (var (query, search) in _own.Where(entry => entry.Value.RingEnds <= now).ToList())
        {
            if (search.Ring < hopLimit)
            {
                search.Ring = hopLimit;
                Ask(now, query, search, outbox);
                continue;
            }
            _own.Remove(query);
            outbox.Tell(new Notice.SearchEnded(query));
        }
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
            outbox.Route(new HasFile(Envelope.To(origin), matched.Query, match.Content, name, match.Size, match.Held));
        }
    }

    /// <summary>True when the answer belongs to a running search of this node and is not a repetition.</summary>
    public bool OnHit(Instant now, HasFile hit, Outbox outbox)
    {
        if (!_own.TryGetValue(hit.Query, out var search) || search.Hits.Count >= HitsTakenMax) return false;
        if (search.Content is { } wanted && wanted != hit.Content) return false;
        if (!search.Hits.Add((hit.Envelope.Source, hit.Content, hit.Name))) return false;
        var quiet = now + QuietWait + slowestRoundTrip();
        if (search.Ring == hopLimit) search.RingEnds = Instant.Min(search.RingEnds, quiet);
        outbox.Tell(new Notice.SearchHit(
            hit.Query, hit.Envelope.Source, hit.Content, hit.Name, hit.Size, hit.Held, hit.Envelope.Hops + 1));
        return true;
    }

    private void Ask(Instant now, QueryId query, OwnSearch search, Outbox outbox)
    {
        // A slow link needs longer both ways; the slowest neighbour is the estimate for links further away, which are
        // not measured.
        var wait = search.Ring < hopLimit ? FirstRingWait : search.Hits.Count > 0 ? QuietWait : LastRingWait;
        search.RingEnds = now + wait + slowestRoundTrip() * search.Ring;
        outbox.Flood(new FileSearch(Envelope.ToAll(search.Ring), query, search.Text, search.Content), except: null);
    }

    private sealed class OwnSearch(string text, ContentId? content)
    {
        public string Text { get; } = text;
        public ContentId? Content { get; } = content;
        public byte Ring { get; set; }
        public Instant RingEnds { get; set; }
        public HashSet<(NodeId, ContentId, string)> Hits { get; } = [];
    }
}
