using System.Security.Cryptography;
using System.Text;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Transports.Plain;

/// <summary>The text of an invitation, read (docs/protocol.md §2.7).</summary>
internal sealed record PlainTicket(byte[] Inviter, byte[] Secret, ulong Expiry, IReadOnlyList<string> Addresses)
{
    public string Text
    {
        get
        {
            byte[] fields =
            [
                1, .. Inviter, .. Secret, .. U64(Expiry).AsSpan(4), (byte)Addresses.Count,
                .. Addresses.SelectMany(address => (byte[])[(byte)address.Length, .. Ascii(address)]),
            ];
            byte[] all = [.. fields, .. SHA256.HashData(fields).AsSpan(0, 4)];
            return "ferry:" + Convert.ToBase64String(all).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }
    }

    public static PlainTicket Read(string text)
    {
        if (!text.StartsWith("ferry:", StringComparison.Ordinal)) throw new InvalidDataException("no ticket");
        var encoded = text["ferry:".Length..].Replace('-', '+').Replace('_', '/');
        var bytes = Convert.FromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '='));
        var fields = bytes[..^4];
        if (fields[0] != 1 || !SHA256.HashData(fields).AsSpan(0, 4).SequenceEqual(bytes.AsSpan(fields.Length)))
            throw new InvalidDataException("a slip");
        var addresses = new List<string>();
        var at = 1 + 32 + 16 + 4 + 1;
        for (var count = fields[at - 1]; count > 0; count--)
        {
            addresses.Add(Encoding.ASCII.GetString(fields, at + 1, fields[at]));
            at += 1 + fields[at];
        }
        if (at != fields.Length) throw new InvalidDataException("something behind the addresses");
        return new PlainTicket(
            fields[1..33], fields[33..49], PlainBytes.Read(fields.AsSpan(49, 4)), addresses);
    }
}
