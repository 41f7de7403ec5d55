using System.Buffers.Binary;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// One end of a session that has its keys: proves what this node says, and takes what the other end has said, each word
/// once. A proof is a number that goes up and a tag over it, the message's type and all it says. docs/protocol.md §6.2.
/// </summary>
internal sealed class SessionChannel(ISealKeyRing seals, TransferId transfer, SessionEnd self)
{
    public const int TagBytes = 16;
    private const int NumberBytes = 8;

    /// <summary>A Transfer Request with all of its ranges has some 2 KiB.</summary>
    private const int SaidBytesMax = 4096;

    private readonly SessionEnd _other = self == SessionEnd.Holder ? SessionEnd.Requester : SessionEnd.Holder;
    private ulong _said;
    private ReplayWindow _heard;

    public TWord Prove<TWord>(TWord word) where TWord : SessionWord
    {
        Span<byte> bytes = stackalloc byte[SaidBytesMax];
        var number = _said++;
        var tag = seals.Tag(transfer, self, bytes[..Write(number, word, bytes)]);
        var proof = new byte[NumberBytes + tag.Length];
        BinaryPrimitives.WriteUInt64BigEndian(proof, number);
        tag.CopyTo(proof, NumberBytes);
        SessionWord said = word;
        return (TWord)(said with { Proof = proof });
    }

    /// <summary>The other end has said it, in this session, and it has not been taken before.</summary>
    public bool Takes(SessionWord word)
    {
        if (word.Proof.Length <= NumberBytes) return false;
        var number = BinaryPrimitives.ReadUInt64BigEndian(word.Proof.Span);
        if (!_heard.IsNew(number)) return false;
        Span<byte> said = stackalloc byte[SaidBytesMax];
        var length = Write(number, word, said);
        if (!seals.IsTag(transfer, _other, said[..length], word.Proof.Span[NumberBytes..])) return false;
        _heard.Add(number);
        return true;
    }

    private static int Write(ulong number, SessionWord word, Span<byte> said)
    {
        var writer = new WireWriter(said);
        writer.UInt64(number);
        writer.Byte((byte)word.Type);
        word.WriteSaid(ref writer);
        return writer.Written;
    }
}
