using System.Buffers.Binary;
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

    public KeyedIds(ulong seed) => (_first, _second) = (Derive(seed, "table 1"u8), Derive(seed, "table 2"u8));

    /// <summary>
    /// One-way: neither the seed nor what is derived for another purpose follows from the result. Other nodes see ids
    /// that come of the core's chance, and can compute the state of its generator from them; the key stays secret.
    /// </summary>
    public static ulong Derive(ulong seed, ReadOnlySpan<byte> purpose)
    {
        Span<byte> text = stackalloc byte[sizeof(ulong) + purpose.Length];
        BinaryPrimitives.WriteUInt64BigEndian(text, seed);
        purpose.CopyTo(text[sizeof(ulong)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
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
