using System.Text;
using System.Text.Unicode;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// What a side says when it likes the other's Hello: the proof of membership that its Hello promised, and its nickname,
/// which is not told to whoever only connects. Its form is length(1) proof length(1) nickname.
/// </summary>
/// <param name="Proof">Of <see cref="MembershipProof.Bytes"/>, or empty.</param>
/// <param name="Nickname">
/// At most <see cref="WireLimits.NicknameBytesMax"/> bytes of UTF-8, no control characters.
/// </param>
internal sealed record FinishRecord(ReadOnlyMemory<byte> Proof, string Nickname)
{
    public byte[] Encode()
    {
        var name = Encoding.UTF8.GetBytes(Nickname);
        return [(byte)Proof.Length, .. Proof.Span, (byte)name.Length, .. name];
    }

    /// <summary>Null when the bytes are none.</summary>
    public static FinishRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes[0] is not (0 or MembershipProof.Bytes) || bytes.Length < 2 + bytes[0])
            return null;
        var proof = bytes.Slice(1, bytes[0]);
        var rest = bytes[(1 + bytes[0])..];
        if (rest[0] > WireLimits.NicknameBytesMax || rest.Length != 1 + rest[0]) return null;
        var name = rest[1..];
        if (!Utf8.IsValid(name)) return null;
        var nickname = Encoding.UTF8.GetString(name);
        return nickname.Any(char.IsControl) ? null : new FinishRecord(proof.ToArray(), nickname);
    }
}
