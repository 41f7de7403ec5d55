using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>The known holders of a content, and those that are not asked again.</summary>
internal sealed class Holders(ContentId content, PathFinder pathTo, HolderIndex index)
{
    /// <summary>
    /// One chunk with a wrong hash may be the fault of a disk or a relay; after this many the holder is struck.
    /// </summary>
    public const int RejectionsMax = 3;
    public const int HoldersMax = 256;

    /// <summary>Others may be struck under any number of names; what is forgotten is only asked again.</summary>
    private const int StruckMax = 4 * HoldersMax;

    /// <summary>A disk may be repaired, a file put back, and a relay that changed what passed may be gone.</summary>
    private static readonly Backoff StruckFor = new(TimeSpan.FromMinutes(1), Max: TimeSpan.FromHours(1));

    private readonly SortedDictionary<NodeId, (IReadOnlyList<ChunkRange> Ranges, long? Size)> _held = [];
    private readonly Dictionary<NodeId, int> _rejections = [];
    private readonly Dictionary<NodeId, (Instant Until, int Times)> _struck = [];

    private NodeId? _hasGivenManifest;

    public int Count => _held.Count;

    /// <summary>The reason of the last holder that was struck.</summary>
    public RefusalReason? LastReason { get; private set; }

    /// <summary>
    /// First the one that gave the manifest: with many that only say that they hold the content, it has a lane. Then
    /// the nearest; those without a route last.
    /// </summary>
    public List<NodeId> Nearest =>
    [
        .. _held.Keys.OrderByDescending(node => node == _hasGivenManifest)
            .ThenBy(node => pathTo(node)?.MetricMicroseconds ?? uint.MaxValue),
    ];

    /// <summary>False for a holder that is not to be asked now.</summary>
    public bool Add(Instant now, NodeId holder, IReadOnlyList<ChunkRange> held, long? size)
    {
        if (IsStruck(now, holder) || (_held.Count >= HoldersMax && !_held.ContainsKey(holder))) return false;
        _held[holder] = (held, size);
        index.Add(holder, content);
        return true;
    }

    public bool IsStruck(Instant now, NodeId holder) =>
        _struck.TryGetValue(holder, out var struck) && now < struck.Until;

    /// <summary>What the holder said; null when it did not.</summary>
    public long? SizeAt(NodeId holder) => _held.GetValueOrDefault(holder).Size;

    public void OnManifest(NodeId holder) => _hasGivenManifest = holder;

    public bool Knows(NodeId holder) => _held.ContainsKey(holder);

    /// <summary>The holder did not answer: others are asked first. A search may find it again.</summary>
    public void PutBack(NodeId holder)
    {
        if (_held.Count > 1) Forget(holder);
    }

    /// <summary>
    /// The holder will not send. It may come to have the content again (a disk put back), or somebody may have said so
    /// in its name: what has come is kept, and others are looked for.
    /// </summary>
    /// <returns>What the download waits for, when it has something to lose and nobody to ask.</returns>
    public Reason? OnLost(Instant now, LostHolder left, bool hasDurable)
    {
        if (hasDurable && left.Reason is RefusalReason.NotShared or RefusalReason.SourceUnreadable)
            Remove(left.Holder);
        else Strike(now, left.Holder, left.Reason);
        if (!hasDurable || Count > 0) return null;
        var isFinal = left.Reason is RefusalReason.SourceChanged or RefusalReason.Cancelled;
        return new Reason($"{Explain(left.Reason)}; waiting for another holder", IsRefusal: isFinal);
    }

    /// <summary>
    /// The holder no longer has the content. A search may find it again once it does, so the download waits; but when
    /// another holder has the content and refuses it, the download fails, and the user can request it anew.
    /// </summary>
    public void Remove(NodeId holder)
    {
        Forget(holder);
        if (LastReason != RefusalReason.Cancelled) LastReason = null;
    }

    /// <summary>
    /// It is not asked for a while, longer each time; one whose user cancelled, not before this node's user asks again.
    /// </summary>
    /// <param name="reason">Null when it lied: that says nothing of other holders, so the download waits for them.
    /// </param>
    public void Strike(Instant now, NodeId holder, RefusalReason? reason)
    {
        Forget(holder);
        _rejections.Remove(holder);
        if (_struck.Count >= StruckMax) _struck.Remove(_struck.MinBy(entry => entry.Value.Until).Key);
        var times = _struck.GetValueOrDefault(holder).Times;
        var until = reason == RefusalReason.Cancelled ? Instant.Never : now + StruckFor.After(times);
        _struck[holder] = (until, times + 1);
        LastReason = reason ?? LastReason;
    }

    /// <summary>The user asks for the content again: so are all who were struck.</summary>
    public void Forgive()
    {
        _struck.Clear();
        LastReason = null;
    }

    /// <summary>The download has ended.</summary>
    public void Clear()
    {
        foreach (var holder in _held.Keys) index.Remove(holder, content);
        _held.Clear();
        _rejections.Clear();
    }

    /// <summary>A chunk from this holder had a wrong hash. True when the holder is struck for it.</summary>
    public bool OnRejected(NodeId holder)
    {
        if (_rejections.Count >= StruckMax) _rejections.Clear();
        _rejections[holder] = _rejections.GetValueOrDefault(holder) + 1;
        return _rejections.GetValueOrDefault(holder) >= RejectionsMax;
    }

    /// <summary>The chunks that the holder has; all of them when it did not say.</summary>
    public ChunkMap MapOf(NodeId holder, int chunkCount)
    {
        var ranges = _held.GetValueOrDefault(holder).Ranges ?? [];
        return (ranges.Count == 0 ? null : ChunkMap.FromRanges(chunkCount, ranges)) ?? ChunkMap.Full(chunkCount);
    }

    /// <summary>A sentence for the user when no holder is left to ask; null while one may be found.</summary>
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

    private void Forget(NodeId holder)
    {
        _held.Remove(holder);
        index.Remove(holder, content);
    }
}
