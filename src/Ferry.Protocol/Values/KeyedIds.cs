using System.Security.Cryptography;

namespace Ferry.Protocol.Values;

/// <summary>
/// Hashes ids under a key of this node. Other nodes choose node ids and transfer ids; with a known hash they could
/// choose many with the same one, and every look-up in a table would be a walk through all of them (hash flooding).
/// </summary>
internal sealed class KeyedIds : IEqualityComparer<NodeId>, IEqualityComparer<TransferId>
{
    private readonly ulong _first;
    private readonly ulong _second;

    public KeyedIds(Bytes32 seed)
    {
        var key = Derive(seed, "tables"u8);
        (_first, _second) = (key.A, key.B);
    }

    /// <summary>
    /// One-way: neither the seed nor what is derived for another purpose follows from the result.
    /// </summary>
    public static Bytes32 Derive(Bytes32 seed, ReadOnlySpan<byte> purpose)
    {
        Span<byte> text = stackalloc byte[Bytes32.Length + purpose.Length];
        seed.CopyTo(text);
        purpose.CopyTo(text[Bytes32.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return Bytes32.From(hash);
    }

    public bool Equals(NodeId one, NodeId other) => one == other;
    public bool Equals(TransferId one, TransferId other) => one == other;

    public int GetHashCode(NodeId id) => Fold(Mix(Mix(id.Hash.A, id.Hash.B) ^ id.Hash.C, id.Hash.D));
    public int GetHashCode(TransferId id) => Fold(Mix((ulong)id.Value, (ulong)(id.Value >> 64)));

    /// <summary>
    /// The two halves of the product, as in wyhash. Chained, not combined: whatever the key, two parts of an id cannot
    /// cancel each other out.
    /// </summary>
    private ulong Mix(ulong one, ulong other)
    {
        var high = Math.BigMul(one ^ _first, other ^ _second, out var low);
        return high ^ low;
    }

    private static int Fold(ulong hash) => (int)(hash ^ (hash >> 32));
}
