using System.Security.Cryptography;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Transports.Plain;

/// <summary>What one side puts into a handshake (docs/protocol.md §2.2).</summary>
/// <param name="Id">As TLS has proven it.</param>
internal sealed record PlainSide(byte[] Id, byte[] Join, byte[] Secret)
{
    /// <summary>Of the protocol; the title of the page says it.</summary>
    public const int Version = 5;

    /// <summary>The AdmissionProof is the last field but Run, behind its length.</summary>
    private const int OfferAt = 1 + 2 + 2 + 32 + 2 + 4;

    public byte[] Hello => [.. U16(Join.Length), .. Join, .. Secret];

    public byte[] Offer => Join[(OfferAt + 2)..^8];

    public static PlainSide Of(PlainNode node, byte[] offer) => new(
        node.Id,
        [
            1, .. U16(Version), .. U16(Version), .. node.Id, .. U16(0), .. I32(32_768), .. U16(offer.Length), .. offer,
            .. U64(77),
        ],
        RandomNumberGenerator.GetBytes(32));

    public static PlainSide Read(byte[] id, byte[] hello)
    {
        var length = (int)PlainBytes.Read(hello.AsSpan(0, 2));
        if (hello.Length != 2 + length + 32) throw new InvalidDataException("a Hello of another length");
        var join = hello[2..(2 + length)];
        if (join[0] != 1 || !join.AsSpan(5, 32).SequenceEqual(id)) throw new InvalidDataException("another's Join");
        return new PlainSide(id, join, hello[(2 + length)..]);
    }
}

/// <summary>What follows from both sides (docs/protocol.md §2.3 and §2.7).</summary>
internal sealed record PlainTranscript(PlainSide Dialer, PlainSide Listener, int Version = PlainSide.Version)
{
    public byte[] Binding => SHA256.HashData(
    [
        .. Ascii("ferry admission"), .. U16(Version),
        .. Named(Dialer), .. Dialer.Secret, .. Named(Listener), .. Listener.Secret,
    ]);

    public byte[] SecretOf(bool dialer)
    {
        var transcript = SHA256.HashData(
            [.. Ascii("ferry link"), .. U16(Version), .. Named(Dialer), .. Named(Listener)]);
        var prk = Extract(transcript, [.. Dialer.Secret, .. Listener.Secret]);
        return Expand(prk, dialer ? "ferry link dialer" : "ferry link listener", 32);
    }

    public byte[] TicketProof(byte[] secret, bool dialer) => Hmac(
        secret, [.. Ascii(dialer ? "ferry ticket dialer" : "ferry ticket listener"), .. Binding]);

    private static byte[] Named(PlainSide side) => [.. side.Id, .. U16(side.Join.Length), .. side.Join];
}
