using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>What people and callers see of a download: bytes, rates, who gave what, what came twice.</summary>
internal sealed class Progress(Instant startedAt)
{
    private readonly Dictionary<int, int> _received = [];
    private readonly SortedDictionary<NodeId, SourceTally> _sources = [];

    /// <summary>Why nothing comes; null while something does.</summary>
    public Reason? Pause { get; private set; }
    public long ReceivedBytes { get; private set; }
    public long ResentBytes { get; private set; }

    /// <summary>A piece of a chunk that is not durable yet; what exceeds the chunk's length came twice.</summary>
    public void OnPiece(int chunk, int chunkBytes, int pieceBytes)
    {
        Pause = null;
        var before = _received.GetValueOrDefault(chunk);
        _received[chunk] = before + pieceBytes;
        ReceivedBytes += pieceBytes;
        ResentBytes += Math.Clamp(before + pieceBytes - chunkBytes, 0, pieceBytes);
    }

    public void OnUseless(int pieceBytes)
    {
        ReceivedBytes += pieceBytes;
        ResentBytes += pieceBytes;
    }

    public void OnDurable(int chunk) => _received.Remove(chunk);

    /// <summary>The chunk must come again, all of it.</summary>
    public void OnRejected(int chunk, int chunkBytes) => _received[chunk] = chunkBytes;

    /// <summary>Nothing will come for a while. True when that is to be told: it is shown until something does.
    /// </summary>
    public bool OnPause(Reason reason)
    {
        var isNew = Pause != reason;
        Pause = reason;
        return isNew;
    }

    /// <summary>What it waited for is there.</summary>
    public void OnResumed() => Pause = null;

    public SourceTally TallyOf(NodeId holder)
    {
        if (!_sources.TryGetValue(holder, out var tally)) _sources.Add(holder, tally = new SourceTally(holder));
        return tally;
    }

    public DownloadStatus Status(
        Instant now, ContentId content, string name, long size, TransferState state, long durableBytes,
        IReadOnlyCollection<Lane> lanes) =>
        new(content, name, size, state, durableBytes, ReceivedBytes, ResentBytes,
            lanes.Sum(lane => lane.RateAt(now)), now - startedAt,
            [.. _sources.Where(entry => entry.Value.Bytes > 0)
                .Select(entry => entry.Value.Status(now, lanes.FirstOrDefault(lane => lane.Holder == entry.Key)))])
        {
            Pause = Pause,
        };
}
