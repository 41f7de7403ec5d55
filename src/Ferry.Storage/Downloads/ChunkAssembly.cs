using System.Buffers;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Downloads;

/// <summary>
/// A chunk that is being assembled from the pieces of one transfer. Pieces of different transfers are never mixed: so a
/// chunk with a wrong hash has exactly one source, and a bad holder cannot spoil what a good one sends. Not
/// thread-safe: <see cref="ChunkAssemblies"/> locks. The bytes may be written outside the lock, each only by the claim
/// that covers it.
/// </summary>
internal sealed class ChunkAssembly(ChunkKey key, int length)
{
    private readonly ByteSpans _filled = new();
    private readonly List<ByteSpan> _claimed = new(4);
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(length);

    public ChunkKey Key { get; } = key;
    public int Length { get; } = length;
    public LinkedListNode<ChunkAssembly>? Place { get; set; }
    public bool IsBusy => _claimed.Count > 0;
    public bool IsComplete => _claimed.Count == 0 && _filled.IsWhole(Length);

    /// <summary>Dropped by its owner while claims were open: the last claim releases the buffer.</summary>
    public bool IsAbandoned { get; set; }

    public Span<byte> Bytes(int offset, int count) => _buffer.AsSpan(offset, count);

    /// <summary>
    /// What to do with a piece; when it is <see cref="PieceFit.Fresh"/> or Overlapping it is claimed until
    /// <see cref="Settle"/>.
    /// </summary>
    public PieceFit Claim(int offset, int count)
    {
        var piece = ByteSpan.Of(offset, count);
        if (_filled.Contains(piece)) return PieceFit.Known;
        if (_filled.All.Count + _claimed.Count >= ByteSpans.CountMax) return PieceFit.Refused;
        var overlaps = _filled.Overlaps(piece) || _claimed.Exists(piece.Overlaps);
        _claimed.Add(piece);
        return overlaps ? PieceFit.Overlapping : PieceFit.Fresh;
    }

    /// <summary>
    /// Ends a claim. A piece opened into <paramref name="aside"/> is copied to the spans that are still empty.
    /// </summary>
    public void Settle(int offset, int count, bool opened, ReadOnlySpan<byte> aside)
    {
        var piece = ByteSpan.Of(offset, count);
        _claimed.RemoveAt(_claimed.IndexOf(piece));
        if (!opened) return;
        if (aside.IsEmpty)
        {
            _filled.Add(piece);
            return;
        }
        // A span that another claim is writing is skipped: if that claim fails, the piece is sent again.
        for (var at = piece.Start; at < piece.End;)
        {
            var end = NextEdge(at, piece.End, out var isTaken);
            if (!isTaken)
            {
                aside[(at - offset)..(end - offset)].CopyTo(_buffer.AsSpan(at));
                _filled.Add(new ByteSpan(at, end));
            }
            at = end;
        }
    }

    /// <summary>Returns the buffer to its pool; the bytes must not be used again.</summary>
    public void Release()
    {
        if (_buffer is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    /// <summary>The end of the span from <paramref name="at"/> that is uniformly taken or uniformly free.</summary>
    private int NextEdge(int at, int end, out bool isTaken)
    {
        isTaken = false;
        foreach (var span in _filled.All.Concat(_claimed))
        {
            if (span.Start <= at && at < span.End)
            {
                isTaken = true;
                return Math.Min(end, span.End);
            }
            if (span.Start > at) end = Math.Min(end, span.Start);
        }
        return end;
    }
}

internal readonly record struct ChunkKey(ContentId Content, int Chunk, TransferId Transfer)
{
    public override int GetHashCode() => Content.GetHashCode() ^ Chunk ^ Transfer.GetHashCode();
}

internal enum PieceFit
{
    /// <summary>Can be opened straight into its place.</summary>
    Fresh,

    /// <summary>Must be opened elsewhere: a seal that fails to open leaves garbage in its destination.</summary>
    Overlapping,

    /// <summary>All its bytes are present.</summary>
    Known,

    /// <summary>More separate spans than an honest holder makes.</summary>
    Refused,
}
