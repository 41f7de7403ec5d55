using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Downloads;

/// <summary>
/// All chunks that are being assembled, with a bound on their memory. One lock, held for a few list operations for each
/// piece (some thousand a second at 1 GB/s); opening seals, hashing and writing happen outside it.
/// </summary>
internal sealed class ChunkAssemblies
{
    /// <summary>
    /// Beyond this the oldest incomplete chunks of the transfer with the most are dropped; they will be sent again.
    /// </summary>
    public const long BytesMax = 128L << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<ChunkKey, ChunkAssembly> _byKey = [];
    private readonly LinkedList<ChunkAssembly> _oldestFirst = [];
    private long _bytes;

    /// <summary>The assembly is null when the piece is not needed.</summary>
    /// <param name="dropped">The chunks that had to make room.</param>
    public (ChunkAssembly? Assembly, PieceFit Fit) Claim(
        ChunkKey key, int chunkLength, int offset, int count, ICollection<ChunkKey> dropped)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var assembly)) assembly = Add(key, chunkLength, dropped);
            var fit = assembly.Claim(offset, count);
            return (fit is PieceFit.Fresh or PieceFit.Overlapping ? assembly : null, fit);
        }
    }

    /// <summary>
    /// Ends a claim. True when the chunk is complete; the caller then owns the assembly and releases it.
    /// </summary>
    public bool Settle(ChunkAssembly assembly, int offset, int count, bool opened, ReadOnlySpan<byte> aside)
    {
        lock (_gate)
        {
            assembly.Settle(offset, count, opened, aside);
            if (assembly.IsAbandoned)
            {
                if (!assembly.IsBusy) assembly.Release();
                return false;
            }
            if (!assembly.IsComplete) return false;
            Remove(assembly);
            return true;
        }
    }

    /// <summary>
    /// Drops the incomplete chunks of a transfer, or of all when null. Assemblies of other transfers for a chunk that
    /// is complete by now are not searched for: they are dropped with their transfer, or as the oldest.
    /// </summary>
    public void Drop(ContentId content, TransferId? transfer)
    {
        lock (_gate)
        {
            for (var place = _oldestFirst.First; place is not null;)
            {
                var (assembly, next) = (place.Value, place.Next);
                var key = assembly.Key;
                if (key.Content == content && (transfer ?? key.Transfer) == key.Transfer) Abandon(assembly);
                place = next;
            }
        }
    }

    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    private ChunkAssembly Add(ChunkKey key, int chunkLength, ICollection<ChunkKey> dropped)
    {
        while (_bytes + chunkLength > BytesMax && OldestOfTheLargest() is { } assembly)
        {
            Abandon(assembly);
            dropped.Add(assembly.Key);
        }
        var added = new ChunkAssembly(key, chunkLength);
        _byKey.Add(key, added);
        added.Place = _oldestFirst.AddLast(added);
        _bytes += chunkLength;
        return added;
    }

    /// <summary>
    /// Of the transfer that takes the most memory: a holder that begins many chunks and ends none spoils its own only.
    /// </summary>
    private ChunkAssembly? OldestOfTheLargest() => _oldestFirst
        .Where(assembly => !assembly.IsBusy)
        .GroupBy(assembly => (assembly.Key.Content, assembly.Key.Transfer))
        .MaxBy(those => those.Sum(assembly => (long)assembly.Length))?.First();

    private void Abandon(ChunkAssembly assembly)
    {
        Remove(assembly);
        // A piece may be being opened into the buffer: the last claim releases it.
        if (assembly.IsBusy) assembly.IsAbandoned = true;
        else assembly.Release();
    }

    private void Remove(ChunkAssembly assembly)
    {
        _byKey.Remove(assembly.Key);
        _oldestFirst.Remove(assembly.Place!);
        _bytes -= assembly.Length;
    }
}
