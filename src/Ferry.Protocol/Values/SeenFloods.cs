namespace Ferry.Protocol.Values;

/// <summary>
/// Remembers floods, so that each visits a node once. Dropping by id alone would shrink a flood: over a longer but
/// faster path it may arrive first with fewer hops left. So the same id is passed on again when it has more hops left
/// than before, while it is answered only the first time. A flood thus crosses a link at most once each way for each
/// hop limit, and hop limits only rise. How many are passed on is bounded, and shared by the neighbours they come from:
/// so no node is sent more than it takes of one neighbour, and what many cause keeps out nobody who causes little.
/// </summary>
internal sealed class SeenFloods(IEqualityComparer<NodeId> ids)
{
    public static readonly BucketSize PassedOn = new(Burst: 320, PerSecond: 64);
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(600);
    public const int EntriesMax = 65_536;

    private readonly Dictionary<QueryId, byte> _hopLimits = [];
    private readonly Queue<(QueryId Id, Instant At)> _byAge = [];
    private readonly FairBucket _passedOn = new(PassedOn, ids);

    /// <summary>What to do with a flood that has just arrived.</summary>
    public FloodVerdict Judge(Instant now, QueryId id, byte hopLimit)
    {
        Forget(now);
        if (_hopLimits.TryGetValue(id, out var before))
        {
            if (hopLimit <= before) return FloodVerdict.Drop;
            _hopLimits[id] = hopLimit;
            return before > 1 ? FloodVerdict.PassOnFurther : FloodVerdict.PassOn;
        }
        _hopLimits.Add(id, hopLimit);
        _byAge.Enqueue((id, now));
        return FloodVerdict.AnswerAndPassOn;
    }

    /// <summary>
    /// Whether a flood that was judged may be passed on. If not, another neighbour's copy of it still may.
    /// </summary>
    public bool TryPassOn(Instant now, NodeId from, QueryId id)
    {
        if (_passedOn.TryTake(now, from)) return true;
        _hopLimits[id] = 1;
        return false;
    }

    private void Forget(Instant now)
    {
        while (_byAge.TryPeek(out var oldest) && (now - oldest.At > Remembered || _byAge.Count >= EntriesMax))
        {
            _byAge.Dequeue();
            _hopLimits.Remove(oldest.Id);
        }
    }
}

internal enum FloodVerdict
{
    Drop,

    /// <summary>It was passed on before, and now has more hops left.</summary>
    PassOnFurther,

    /// <summary>Before, its hops were used up here.</summary>
    PassOn,
    AnswerAndPassOn,
}
