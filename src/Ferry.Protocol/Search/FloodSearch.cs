using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Search;

/// <summary>
/// Finds files by flooding. A search of the user goes to every node that links lead to, and every node answers: with
/// what it has, and last with a report that also names the neighbours whom it passed the search on to. So the searcher
/// learns how far the flood has come, as in the echo algorithm (Chang 1982), and ends when all have answered: quickly
/// where ways are quick, and after as long as they take where they are slow. Answers travel to the origin on the routes
/// that the flood has just taught. Slow links are never skipped: Bluetooth may be the only one. docs/protocol.md §5.
/// </summary>
/// <param name="neighbours">Whom a flood goes to.</param>
/// <param name="reachable">Who has a route, with its metric.</param>
/// <param name="read">What a query of another node says; null when this node cannot read it or does not answer.</param>
internal sealed class FloodSearch(
    EngineOptions options, Deadlines deadlines, KeyedIds ids, Func<IEnumerable<AskedNode>> neighbours,
    Func<IEnumerable<(NodeId Node, uint Metric)>> reachable, Func<FileSearch, NodeId, FileSearch?> read)
{
    /// <summary>Answers that one node gives to one query.</summary>
    public const int HitsMax = 100;

    /// <summary>
    /// Searches that the disk works on; more are answered as busy. One neighbour may have as many as are left over, so
    /// that there is room for the others (dynamic thresholds, as in <see cref="FairBucket"/>).
    /// </summary>
    public const int WorkMax = 128;

    /// <summary>Searches of others in which names count that are only similar: they cost the most.</summary>
    public static readonly BucketSize OfSimilar = new(Burst: 20, PerSecond: 4);

    private readonly SeenFloods _seen = new(ids);
    private readonly TokenBucket _similar = new(OfSimilar);
    private readonly Dictionary<NodeId, int> _work = [];
    private readonly Dictionary<QueryId, Answering> _answering = [];
    private readonly Dictionary<QueryId, OwnSearch> _own = [];

    /// <param name="isPrivate">Only members of this node's network can read it, and their answers alone count.</param>
    public void Start(Instant now, Input.StartSearch start, bool isPrivate, Outbox outbox)
    {
        var search = new OwnSearch(now, start, isPrivate, options.Self, deadlines);
        foreach (var asked in neighbours()) search.Expect(now, asked.Node, asked.RoundTripMicroseconds);
        if (search.IsComplete)
        {
            outbox.Tell(search.Summary());
            return;
        }
        if (!_own.TryAdd(start.Query, search))
        {
            search.Ends.Disarm();
            return;
        }
        foreach (var (node, metric) in reachable()) search.Expect(now, node, metric);
        var envelope = Envelope.ToAll(options.SearchHopLimit);
        Flood(now, new FileSearch(envelope, start.Query, start.Text, start.Content, Report: true)
        {
            IsPublic = !isPrivate,
        }, outbox);
    }

    /// <summary>For a download: who has the content says so, and nobody else.</summary>
    public void AskForHolders(Instant now, QueryId query, ContentId content, bool isPublic, Outbox outbox)
    {
        var envelope = Envelope.ToAll(options.SearchHopLimit);
        Flood(now, new FileSearch(envelope, query, "", content, Report: false) { IsPublic = isPublic }, outbox);
    }

    public void Stop(QueryId query)
    {
        if (_own.Remove(query, out var stopped)) stopped.Ends.Disarm();
    }

    /// <summary>Nodes that have not answered have had time to.</summary>
    public void OnDue(Instant now, OwnSearch search, Outbox outbox)
    {
        if (search.IsOver(now)) End(search, outbox);
    }

    public void OnQuery(Instant now, NodeId from, FileSearch query, Outbox outbox)
    {
        var verdict = _seen.Judge(now, query.Query, query.Envelope.HopLimit);
        if (verdict == FloodVerdict.Drop)
        {
            // It has the search already, from somebody else.
            if (_answering.TryGetValue(query.Query, out var asking)) asking.Asked.RemoveAll(n => n.Node == from);
            return;
        }
        var isPassedOn = query.Envelope.HopLimit > 1 && _seen.TryPassOn(now, from, query.Query);
        if (isPassedOn) outbox.Flood(query, except: from);
        else if (verdict != FloodVerdict.AnswerAndPassOn) return;
        if (verdict == FloodVerdict.PassOnFurther) return;
        var others = neighbours().Where(neighbour => neighbour.Node != from).Take(WireLimits.AskedMax).ToList();
        if (verdict == FloodVerdict.AnswerAndPassOn)
        {
            var answering = new Answering(from, query, isPassedOn ? others : [], isPassedOn ? 0 : others.Count);
            if (read(query, from) is { } said) Work(now, answering, said, outbox);
            else if (query.Report) Report(answering, ShareMatches.None, isBusy: false, outbox);
        }
        else if (_answering.TryGetValue(query.Query, out var known))
        {
            _answering[query.Query] = known with { Asked = others, NotAsked = 0 };
        }
        else if (query.Report)
        {
            Report(new Answering(from, query, others, NotAsked: 0), ShareMatches.None, isBusy: false, outbox);
        }
    }

    /// <summary>Storage has matched the shares against the query of another node.</summary>
    public void OnMatched(StorageResult.SharesMatched matched, Outbox outbox)
    {
        if (!_answering.Remove(matched.Query, out var answering)) return;
        if (--_work[answering.From] == 0) _work.Remove(answering.From);
        foreach (var match in matched.Matches.Best.Take(HitsMax))
        {
            var name = SendableName.Of(match.Name);
            var envelope = Envelope.To(answering.Query.Envelope.Source);
            outbox.Route(new HasFile(envelope, matched.Query, match.Content, name, match.Size, match.Held)
            {
                Traits = match.Traits, IsFolder = match.IsFolder,
            });
        }
        if (answering.Query.Report) Report(answering, matched.Matches, matched.IsBusy, outbox);
    }

    /// <summary>True when the answer belongs to a running search of this node.</summary>
    public bool OnHit(Instant now, HasFile hit, bool isSealed, Outbox outbox)
    {
        if (!_own.TryGetValue(hit.Query, out var search) || !search.Take(now, hit, isSealed)) return false;
        outbox.Tell(new Notice.SearchHit(
            hit.Query, hit.Envelope.Source, hit.Content, hit.Name, hit.Size, hit.Held, hit.Envelope.Hops + 1)
        {
            Traits = hit.Traits, IsFolder = hit.IsFolder,
        });
        if (search.IsComplete) End(search, outbox);
        return true;
    }

    public void OnReport(Instant now, SearchReport report, bool isSealed, Outbox outbox)
    {
        if (!_own.TryGetValue(report.Query, out var search)) return;
        if (search.IsPrivate && !isSealed) report = report with { Fitting = 0, Sent = 0, IsBusy = false, Hashing = [] };
        foreach (var file in report.Hashing)
            outbox.Tell(new Notice.SearchHashing(report.Query, report.Envelope.Source, file));
        search.Take(now, report, isSealed);
        if (search.IsComplete) End(search, outbox);
    }

    /// <param name="said">The query as this node reads it.</param>
    private void Work(Instant now, Answering answering, FileSearch said, Outbox outbox)
    {
        var work = _work.GetValueOrDefault(answering.From);
        if (work >= WorkMax - _answering.Count)
        {
            if (said.Report) Report(answering, ShareMatches.None, isBusy: true, outbox);
            return;
        }
        _work[answering.From] = work + 1;
        _answering[said.Query] = answering;
        outbox.Store(new StorageRequest.MatchShares(said.Query, said.Text, said.Content, HitsMax)
        {
            Similar = said.Content is null && _similar.TryTake(now),
        });
    }

    private void End(OwnSearch search, Outbox outbox)
    {
        Stop(search.Query);
        outbox.Tell(search.Summary());
    }

    private void Flood(Instant now, FileSearch search, Outbox outbox)
    {
        // So that this node does not answer its own query when a neighbour forwards it back.
        _seen.Judge(now, search.Query, WireLimits.HopLimitMax);
        outbox.Flood(search, except: null);
    }

    private static void Report(Answering answering, ShareMatches matches, bool isBusy, Outbox outbox)
    {
        var (sent, query) = (Math.Min(matches.Best.Count, HitsMax), answering.Query);
        var hashing = matches.Hashing.Take(ShareMatches.HashingMax)
            .Select(file => file with { Name = SendableName.Of(file.Name) });
        outbox.Route(new SearchReport(
            Envelope.To(query.Envelope.Source), query.Query, Math.Max(matches.Fitting, sent), sent, isBusy,
            [.. hashing], answering.NotAsked, answering.Asked));
    }

    /// <summary>A search of another node that the storage is looking for.</summary>
    /// <param name="Asked">To whom this node passed it on, and who has not sent it here since.</param>
    private sealed record Answering(NodeId From, FileSearch Query, List<AskedNode> Asked, int NotAsked);
}
