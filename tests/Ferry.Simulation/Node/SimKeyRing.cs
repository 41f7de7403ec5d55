using System.Buffers.Binary;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;
using Ferry.Storage.Downloads;

namespace Ferry.Simulation.Node;

/// <summary>
/// Keys without cryptography. An offer and an answer are random numbers that name whom they are for; both together are
/// the key, and the tag of a sealed piece tells key, chunk, offset and seal number. What does not belong together does
/// not open, as with the real ring, and a seal number used twice under a key is a failure.
/// </summary>
internal sealed class SimKeyRing(NodeId self, SeededRandom random) : ISealKeyRing, IPieceSeal
{
    private readonly Dictionary<TransferId, (ulong Secret, ContentId Content)> _offered = [];
    private readonly Dictionary<TransferId, Key> _keys = [];

    public int Count => _keys.Count;

    /// <summary>A run that is to fail takes every word for signed.</summary>
    public bool BelievesAnybody { get; set; }

    public byte[] Offer(TransferId transfer, ContentId content, NodeId holder)
    {
        var secret = random.NextUInt64();
        _offered[transfer] = (secret, content);
        return Pack(secret ^ content.Hash.A, transfer, self, holder);
    }

    public byte[]? Answer(TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer)
    {
        if (!TryUnpack(offer, transfer, requester, self, out var theirs)) return null;
        var ours = random.NextUInt64();
        _keys[transfer] = new Key(Mix(theirs ^ content.Hash.A, ours));
        return Pack(ours, transfer, self, requester);
    }

    public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer)
    {
        if (!_offered.TryGetValue(transfer, out var ours)) return false;
        if (!TryUnpack(answer, transfer, holder, self, out var theirs)) return false;
        _offered.Remove(transfer);
        _keys[transfer] = new Key(Mix(ours.Secret, theirs));
        return true;
    }

    public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said)
    {
        if (!_keys.TryGetValue(transfer, out var key)) return [];
        var tag = new byte[SessionChannel.TagBytes];
        // FNV-1a: other bytes have another tag, all but certainly.
        var sum = (14695981039346656037 ^ key.Secret ^ (ulong)speaker) * 1099511628211;
        foreach (var one in said) sum = (sum ^ one) * 1099511628211;
        BinaryPrimitives.WriteUInt64BigEndian(tag, sum);
        return tag;
    }

    public bool IsTag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag) =>
        BelievesAnybody || (_keys.ContainsKey(transfer) && tag.SequenceEqual(Tag(transfer, speaker, said)));

    public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word) =>
        Pack(content.Hash.A + word, transfer, self, other);

    public bool IsSigned(
        TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof) =>
        BelievesAnybody
        || (TryUnpack(proof, transfer, signer, self, out var said) && said == content.Hash.A + word);

    public void Forget(TransferId transfer)
    {
        _offered.Remove(transfer);
        _keys.Remove(transfer);
    }

    /// <summary>The body of a File Transfer; null when the transfer has no key here (it ended meanwhile).</summary>
    public byte[]? Seal(FileTransfer head, ReadOnlySpan<byte> piece)
    {
        if (!_keys.TryGetValue(head.Transfer, out var key)) return null;
        if (!key.SealNumbers.Add(head.SealNumber))
            throw new SimFailure($"seal numbers: {self.Short} used {head.SealNumber} of {head.Transfer} twice");
        var body = new byte[head.BodyBytes];
        piece.CopyTo(body);
        Tag(key, head, body.AsSpan(piece.Length));
        return body;
    }

    public bool TryOpen(FileTransfer head, Payload body, Span<byte> destination)
    {
        var bytes = ((SimPayload)body).Bytes;
        if (bytes.Length != head.BodyBytes || !_keys.TryGetValue(head.Transfer, out var key)) return false;
        Span<byte> tag = stackalloc byte[FileTransfer.SealBytes];
        Tag(key, head, tag);
        if (!tag.SequenceEqual(bytes.AsSpan(head.PieceBytes))) return false;
        bytes.AsSpan(0, head.PieceBytes).CopyTo(destination);
        return true;
    }

    private static ulong Mix(ulong offer, ulong answer) => new SeededRandom(offer ^ (answer << 1)).NextUInt64();

    private static void Tag(Key key, FileTransfer head, Span<byte> tag)
    {
        BinaryPrimitives.WriteUInt64BigEndian(tag, key.Secret ^ head.SealNumber);
        BinaryPrimitives.WriteInt32BigEndian(tag[8..], head.Chunk);
        BinaryPrimitives.WriteInt32BigEndian(tag[12..], head.Offset);
    }

    private static byte[] Pack(ulong secret, TransferId transfer, NodeId from, NodeId to)
    {
        var bytes = new byte[40];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, secret);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), transfer.Value);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), from.Hash.A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(32), to.Hash.A);
        return bytes;
    }

    private static bool TryUnpack(
        ReadOnlySpan<byte> bytes, TransferId transfer, NodeId from, NodeId to, out ulong secret)
    {
        secret = 0;
        if (bytes.Length != 40) return false;
        secret = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]) == transfer.Value
            && BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]) == from.Hash.A
            && BinaryPrimitives.ReadUInt64BigEndian(bytes[32..]) == to.Hash.A;
    }

    private sealed record Key(ulong Secret)
    {
        public HashSet<ulong> SealNumbers { get; } = [];
    }
}
