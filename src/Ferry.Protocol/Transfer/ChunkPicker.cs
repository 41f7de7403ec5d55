using Ferry.Protocol.Content;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Which chunk to ask a lane for next. One holder is read in order, which its disk likes. Among several, the rarest of
/// the next few comes first, so that requesters of one file soon have different parts and can help each other; each
/// download starts at a place of its own for the same reason. When all is dealt, a lane with nothing to do may be
/// given chunks that a much slower lane still owes: the last of a file must not wait for the slowest holder, and
/// nothing of it for one that is doubted.
/// </summary>
internal sealed class ChunkPicker
{
    /// <summary>Looked at for the rarest; bounds the work for each pick.</summary>
    private const int Lookahead = 64;

    /// <summary>The last fiftieth of a content, and at least four chunks, may be asked for twice.</summary>
    private const int TwiceFraction = 50;
    private const int TwiceChunksMin = 4;

    private readonly ChunkMap _durable;
    private readonly ChunkMap _dealt;
    private readonly int _start;

    public ChunkPicker(ChunkMap durable, int start)
    {
        _durable = durable;
        _dealt = durable.Copy();
        _start = start;
    }

    public bool AllDealt => _dealt.IsFull;

    /// <summary>The chunk is with no lane any more: it is dealt again.</summary>
    public void Return(int chunk)
    {
        if (!_durable.Contains(chunk)) _dealt.Remove(chunk);
    }

    /// <summary>It has come, perhaps late, after it had been returned.</summary>
    public void OnDurable(int chunk) => _dealt.Add(chunk);

    /// <summary>A chunk that the lane holds and nobody has been asked for, or null.</summary>
    public int? Pick(Lane lane, IReadOnlyCollection<Lane> lanes)
    {
        var start = lanes.Count > 1 ? _start : 0;
        var best = PickBetween(start, _dealt.ChunkCount, lane, lanes) ?? PickBetween(0, start, lane, lanes);
        if (best is { } chunk) _dealt.Add(chunk);
        return best;
    }

    /// <summary>
    /// A chunk that is owed by a lane that is doubted, or, when little is left, by one at most half as fast; or null.
    /// </summary>
    public int? PickTwice(
        Lane lane, IReadOnlyCollection<Lane> lanes, Predicate<int> isBrought, Predicate<Lane> isDoubted)
    {
        var left = _durable.ChunkCount - _durable.Count;
        if (!AllDealt || lane.IsDoubted) return null;
        var isLittle = left <= Math.Max(TwiceChunksMin, _durable.ChunkCount / TwiceFraction);
        foreach (var slow in lanes.Where(other => other != lane && IsSlow(other)))
            foreach (var chunk in slow.Outstanding)
                if (lane.Held.Contains(chunk) && !isBrought(chunk)
                    && lanes.Count(other => other.Outstanding.Contains(chunk)) == 1)
                    return chunk;
        return null;

        bool IsSlow(Lane other) => isDoubted(other) || (isLittle && other.Window.Rate * 2 < lane.Window.Rate);
    }

    private int? PickBetween(int from, int to, Lane lane, IReadOnlyCollection<Lane> lanes)
    {
        int? best = null;
        var rarest = int.MaxValue;
        var looked = 0;
        for (var chunk = from; looked < Lookahead; chunk++)
        {
            chunk = _dealt.NextMissing(chunk);
            if (chunk >= to) break;
            if (!lane.Held.Contains(chunk)) continue;
            if (lanes.Count == 1) return chunk;
            looked++;
            var holders = lanes.Count(other => other.Held.Contains(chunk));
            if (holders >= rarest) continue;
            (best, rarest) = (chunk, holders);
        }
        return best;
    }
}
