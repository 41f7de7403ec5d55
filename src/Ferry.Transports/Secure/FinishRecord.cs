using System.Text;
using System.Text.Unicode;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// What a side says when it likes the other's Hello: its nickname, which is not told to whoever only connects.
/// </summary>
/// <param name="Nickname">
/// At most <see cref="WireLimits.NicknameBytesMax"/> bytes of UTF-8, no control characters.
/// </param>
internal sealed record FinishRecord(string Nickname)
{
    public byte[] Encode()
    {
        var name = Encoding.UTF8.GetBytes(Nickname);
        return [(byte)name.Length, .. name];
    }

    /// <summary>Null when the bytes are none.</summary>
    public static FinishRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes[0] > WireLimits.NicknameBytesMax || bytes.Length != 1 + bytes[0]) return null;
        var name = bytes[1..];
        if (!Utf8.IsValid(name)) return null;
        var nickname = Encoding.UTF8.GetString(name);
        return nickname.Any(char.IsControl) ? null : new FinishRecord(nickname);
    }
}
