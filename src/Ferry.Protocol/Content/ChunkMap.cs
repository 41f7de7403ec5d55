using System.Numerics;

namespace Ferry.Protocol.Content;

/// <summary>A set of a content's chunks, one bit each.</summary>
public sealed class ChunkMap(int chunkCount)
{
    private readonly ulong[] _bits = new ulong[(chunkCount + 63) / 64];

    public int ChunkCount { get; } = chunkCount;
    public int Count { get; private set; }
    public bool IsFull => Count == ChunkCount;
    public bool IsEmpty => Count == 0;

    public static ChunkMap Full(int chunkCount)
    {
        var map = new ChunkMap(chunkCount);
        map.Add(new ChunkRange(0, chunkCount));
        return map;
    }

    /// <summary>Null when a range reaches outside the content (ranges come from peers and from disk).</summary>
    public static ChunkMap? FromRanges(int chunkCount, IReadOnlyList<ChunkRange> ranges)
    {
        var map = new ChunkMap(chunkCount);
        foreach (var range in ranges)
        {
            if (range.First < 0 || range.Count < 0 || (long)range.First + range.Count > chunkCount) return null;
            map.Add(range);
        }
        return map;
    }

    public bool Contains(int chunk) =>
        (uint)chunk < (uint)ChunkCount && (_bits[chunk >> 6] & (1UL << (chunk & 63))) != 0;

    /// <summary>False when it was there already.</summary>
    public bool Add(int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)chunk, (uint)ChunkCount, nameof(chunk));
        if (Contains(chunk)) return false;
        _bits[chunk >> 6] |= 1UL << (chunk & 63);
        Count++;
        return true;
    }

    public void Add(ChunkRange range)
    {
        for (var chunk = range.First; chunk < range.End; chunk++) Add(chunk);
    }

    /// <summary>False when it was not there.</summary>
    public bool Remove(int chunk)
    {
        if (!Contains(chunk)) return false;
        _bits[chunk >> 6] &= ~(1UL << (chunk & 63));
        Count--;
        return true;
    }

    /// <summary>
    /// The first chunk at or after <paramref name="from"/> that is not in the set; <see cref="ChunkCount"/> if none.
    /// </summary>
    public int NextMissing(int from)
    {
        for (var word = from >> 6; word < _bits.Length; word++)
        {
            var missing = ~_bits[word];
            if (word == from >> 6) missing &= ulong.MaxValue << (from & 63);
            if (missing != 0) return Math.Min(ChunkCount, (word << 6) + BitOperations.TrailingZeroCount(missing));
        }
        return ChunkCount;
    }

    /// <summary>
    /// The first chunk at or after <paramref name="from"/> that is in the set; <see cref="ChunkCount"/> if none.
    /// </summary>
    public int NextPresent(int from)
    {
        for (var word = from >> 6; word < _bits.Length; word++)
        {
            var present = _bits[word];
            if (word == from >> 6) present &= ulong.MaxValue << (from & 63);
            if (present != 0) return (word << 6) + BitOperations.TrailingZeroCount(present);
        }
        return ChunkCount;
    }

    /// <summary>
    /// The set as ranges in order, at most <paramref name="rangesMax"/> of them, starting at <paramref name="from"/>.
    /// </summary>
    public List<ChunkRange> ToRanges(int rangesMax, int from = 0)
    {
        var ranges = new List<ChunkRange>();
        for (var chunk = NextPresent(from); chunk < ChunkCount && ranges.Count < rangesMax;)
        {
            var end = NextMissing(chunk);
            ranges.Add(new ChunkRange(chunk, end - chunk));
            chunk = end < ChunkCount ? NextPresent(end) : ChunkCount;
        }
        return ranges;
    }

    public ChunkMap Copy()
    {
        var copy = new ChunkMap(ChunkCount) { Count = Count };
        _bits.CopyTo(copy._bits, 0);
        return copy;
    }
}
