using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>Who has a content, as far as a download knows, and who is not to be asked again.</summary>
internal sealed class Holders(PathFinder pathTo)
{
    /// <summary>
    /// A chunk with a wrong hash may be the disk's or a relay's fault once; after so many the holder is left.
    /// </summary>
    public const int RejectionsMax = 3;
    public const int HoldersMax = 256;

    private readonly SortedDictionary<NodeId, IReadOnlyList<ChunkRange>> _held = [];
    private readonly Dictionary<NodeId, int> _rejections = [];

    public int Count => _held.Count;

    /// <summary>Why the last holder that was struck would not give it.</summary>
    public RefusalReason? LastReason { get; private set; }

    /// <summary>The nearest first; those without a route last.</summary>
    public List<NodeId> Nearest => [.. _held.Keys.OrderBy(node => pathTo(node)?.MetricMicroseconds ?? uint.MaxValue)];

    /// <summary>False for a holder that is not to be asked again.</summary>
    public bool Add(NodeId holder, IReadOnlyList<ChunkRange> held)
    {
        if (IsStruck(holder) || (_held.Count >= HoldersMax && !_held.ContainsKey(holder))) return false;
        _held[holder] = held;
        return true;
    }

    public bool IsStruck(NodeId holder) => _rejections.GetValueOrDefault(holder) >= RejectionsMax;

    public bool Knows(NodeId holder) => _held.ContainsKey(holder);

    /// <summary>It did not answer: others first. It may be found again.</summary>
    public void PutBack(NodeId holder)
    {
        if (_held.Count > 1) _held.Remove(holder);
    }

    /// <summary>
    /// It has it no more; when it has it again, it may be found again, and so there is hope. But where another has it
    /// and would not give it, the user can ask anew, and is not left waiting for this one.
    /// </summary>
    public void Remove(NodeId holder)
    {
        _held.Remove(holder);
        if (LastReason != RefusalReason.Cancelled) LastReason = null;
    }

    public void Strike(NodeId holder, RefusalReason reason)
    {
        _held.Remove(holder);
        _rejections[holder] = RejectionsMax;
        LastReason = reason;
    }

    /// <summary>A chunk from this holder was wrong. True when that was once too often.</summary>
    public bool OnRejected(NodeId holder)
    {
        _rejections[holder] = _rejections.GetValueOrDefault(holder) + 1;
        return IsStruck(holder);
    }

    /// <summary>What the holder is known to have; one that did not say has, as far as we know, everything.</summary>
    public ChunkMap MapOf(NodeId holder, int chunkCount)
    {
        var ranges = _held.GetValueOrDefault(holder) ?? [];
        return (ranges.Count == 0 ? null : ChunkMap.FromRanges(chunkCount, ranges)) ?? ChunkMap.Full(chunkCount);
    }

    /// <summary>
    /// A sentence for the user when nobody is left to ask, and that for good; null while there is hope.
    /// </summary>
    public string? WhyHopeless() => _held.Count == 0 && LastReason is { } reason ? Explain(reason) : null;

    public static string Explain(RefusalReason reason) => reason switch
    {
        RefusalReason.SourceChanged =>
            "the file changed at its holder while it was being sent: request it again to get the new one",
        RefusalReason.SourceUnreadable => "the file cannot be read at its holder now",
        RefusalReason.NotShared => "a holder does not share it any more",
        RefusalReason.Cancelled => "its holder cancelled the transfer",
        _ => "no holder is left that would send it",
    };
}
