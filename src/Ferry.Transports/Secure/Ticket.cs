using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// An invitation: where the inviter is, which key it has, and a secret that lets in who proves it. Its text is
/// <c>ferry:</c> and, in Base64url, version(1) inviter(32) secret(16) expiry(4, seconds since 1970) count(1), of each
/// address length(1) and ASCII, and the first 4 bytes of the SHA-256 of all that, by which a slip is noticed.
/// </summary>
public sealed class Ticket
{
    public const string Scheme = "ferry:";
    public const int SecretBytes = 16;
    public const int AddressesMax = 8;

    private const byte Version = 1;
    private const int CheckBytes = 4;
    private const int HeadBytes = 1 + Bytes32.Length + SecretBytes + 4 + 1;
    private const int TextCharsMax = 2048;

    public Ticket(
        NodeId inviter, ReadOnlyMemory<byte> secret, DateTimeOffset expires, IReadOnlyList<string> addresses) =>
        (Inviter, Secret, Expires, Addresses) = (inviter, secret, expires, addresses);

    public NodeId Inviter { get; }
    public ReadOnlyMemory<byte> Secret { get; }

    /// <summary>By the inviter's clock, which decides.</summary>
    public DateTimeOffset Expires { get; }

    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Whether the text means to be a ticket.</summary>
    public static bool IsMeant(string text) => text.Trim().StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when it is none, or not whole. Takes any text; never throws.</summary>
    public static Ticket? Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length > TextCharsMax || !IsMeant(text)) return null;
        var encoded = trimmed[Scheme.Length..];
        if (!Base64Url.IsValid(encoded, out var length) || length < HeadBytes + CheckBytes) return null;
        var bytes = new byte[length];
        if (!Base64Url.TryDecodeFromChars(encoded, bytes, out var decoded) || decoded != length) return null;
        return Decode(bytes);
    }

    /// <summary>The text. It is a secret.</summary>
    public string Encode()
    {
        var bytes = new List<byte>(256) { Version };
        bytes.AddRange(Inviter.Hash.ToArray());
        bytes.AddRange(Secret.Span);
        var expiry = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(expiry, (uint)Expires.ToUnixTimeSeconds());
        bytes.AddRange(expiry);
        bytes.Add((byte)Addresses.Count);
        foreach (var address in Addresses)
        {
            bytes.Add((byte)address.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(address));
        }
        bytes.AddRange(SHA256.HashData([.. bytes]).AsSpan(0, CheckBytes));
        return Scheme + Base64Url.EncodeToString([.. bytes]);
    }

    private static Ticket? Decode(ReadOnlySpan<byte> bytes)
    {
        var content = bytes[..^CheckBytes];
        var check = SHA256.HashData(content).AsSpan(0, CheckBytes);
        if (content[0] != Version || !check.SequenceEqual(bytes[^CheckBytes..])) return null;
        var inviter = new NodeId(Bytes32.From(content[1..]));
        var secret = content.Slice(1 + Bytes32.Length, SecretBytes).ToArray();
        var expires = BinaryPrimitives.ReadUInt32BigEndian(content[(HeadBytes - 5)..]);
        var count = content[HeadBytes - 1];
        if (inviter.IsNone || count is 0 or > AddressesMax) return null;
        var addresses = new List<string>(count);
        for (var rest = content[HeadBytes..]; addresses.Count < count || rest.Length > 0; rest = rest[(1 + rest[0])..])
        {
            if (addresses.Count == count || rest.Length == 0 || rest.Length < 1 + rest[0]) return null;
            if (!Ascii.IsValid(rest.Slice(1, rest[0]))) return null;
            var address = Encoding.ASCII.GetString(rest.Slice(1, rest[0]));
            if (address.Length > WireLimits.AddressBytesMax || !NodeAddress.Parse(address).Succeeded) return null;
            addresses.Add(address);
        }
        return new Ticket(inviter, secret, DateTimeOffset.FromUnixTimeSeconds(expires), addresses);
    }
}
