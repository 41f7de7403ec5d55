using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ferry.Protocol.Values;

/// <summary>
/// Ids that nobody foretells: SHA-256(key ‖ counter), a pseudorandom function whose key is a secret of this node.
/// Floods show query ids to everybody, and whoever knows a transfer's id can speak in it; so ids have a stream of their
/// own, and no number of them tells the next one or the key. The same seed gives the same ids.
/// </summary>
internal sealed class UnguessableIds
{
    private Bytes32 _key;
    private ulong _made;

    public UnguessableIds(Bytes32 seed) => Reseed(seed);

    public void Reseed(Bytes32 seed) => _key = KeyedIds.Derive(seed, "ids"u8);

    public QueryId NextQuery() => new(Next());
    public TransferId NextTransfer() => new(Next());

    private UInt128 Next()
    {
        Span<byte> text = stackalloc byte[Bytes32.Length + sizeof(ulong)];
        _key.CopyTo(text);
        BinaryPrimitives.WriteUInt64BigEndian(text[Bytes32.Length..], _made++);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
