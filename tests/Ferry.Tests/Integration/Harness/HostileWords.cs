using System.Security.Cryptography;
using Ferry.Tests.Transports.Plain;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Integration.Harness;

/// <summary>Messages that are well-formed and mean harm, by docs/protocol.md §3.3.</summary>
/// <param name="Content">The content that they are about.</param>
internal sealed record HostileWords(byte[] Content, string Name, int Size)
{
    private const byte FileSearch = 16;
    private const byte HasFile = 17;
    private const byte TransferRequest = 18;
    private const byte TransferAccept = 21;
    private const byte ManifestRequest = 25;
    private const byte ManifestPart = 26;
    private const byte RouteRequest = 27;
    private const byte RouteReply = 28;

    private const int LeavesOfPart = 512;
    private const int LeavesMax = 262_144;

    /// <summary>Of a content of no more than 128 MiB.</summary>
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Behind type and envelope of a flood: query id, text, a flag, and the content if there is one.</summary>
    private const int QueryAt = 47;
    private const int TextAt = QueryAt + 16;

    /// <summary>Behind type and envelope of what goes to one node.</summary>
    private const int ContentAt = 79;

    public static byte[] MakeKnown(byte[] self, byte[] peer) => [RouteReply, .. Envelope(self, peer), .. new byte[16]];

    public static byte[] LookForNobody() =>
        [RouteRequest, .. Envelope(Random(32)), .. Random(16), .. Random(32), .. U64(0)];

    public static byte[] Search(byte[] self) =>
        [FileSearch, .. Envelope(self), .. Random(16), .. Text("beseiged aloen"), 0, 1, .. U16(0)];

    public byte[] AskForManifest(byte[] self, byte[] holder) =>
        [ManifestRequest, .. Envelope(self, holder), .. Content, .. I32(0)];

    public byte[] OfferKeys(byte[] self, byte[] holder) =>
    [
        TransferRequest, .. Envelope(self, holder), .. Random(16), .. Content, .. Ranges, .. U64(1 << 25),
        .. I32(65_536), 0, .. U16(220), 2, .. Random(219), .. U16(0),
    ];

    /// <summary>What is said to one who looks for the content, or takes this node for a holder of it.</summary>
    public byte[]? Lie(byte[] heard, byte[] self) => heard[0] switch
    {
        FileSearch when IsLookingForContent(heard) => SayHeld(heard, self),
        ManifestRequest =>
        [
            ManifestPart, .. Envelope(self, heard[1..33]), .. Content, .. U64(1UL << 40),
            .. First(heard), .. U16(LeavesOfPart), .. Random(32 * LeavesOfPart),
        ],
        _ => null,
    };

    /// <summary>The same, and to a key offer the holder's half of an agreement (docs/protocol.md §6.2).</summary>
    public byte[]? Accept(byte[] heard, PlainNode node) => heard[0] switch
    {
        FileSearch when IsLookingForContent(heard) => SayHeld(heard, node.Id),
        TransferRequest when OfferIn(heard) is { Length: > 0 } offer =>
        [
            TransferAccept, .. Envelope(node.Id, heard[1..33]), .. heard.AsSpan(ContentAt, 16), .. U16(220),
            .. Answer(heard, offer, node),
        ],
        _ => null,
    };

    private byte[] SayHeld(byte[] search, byte[] self) =>
    [
        HasFile, .. Envelope(self, search[1..33]), .. search.AsSpan(QueryAt, 16), .. Content, .. Text(Name),
        .. U64((ulong)Size), .. U16(1), .. I32(0), .. I32((Size + ChunkBytes - 1) / ChunkBytes),
        .. U64(0), .. I32(0), 0,
    ];

    private static byte[] Answer(byte[] request, byte[] offer, PlainNode node)
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        byte[] half = [.. point.X!, .. point.Y!];
        var (own, signature) = node.Sign(
        [
            .. Ascii("ferry seal answer 2\n"), .. request.AsSpan(ContentAt, 16 + 32), .. request.AsSpan(1, 32),
            .. node.Id, .. half, .. SHA256.HashData(offer),
        ]);
        return [2, .. half, .. own, .. signature];
    }

    /// <summary>Behind transfer id, content id, ranges, window, piece and a flag.</summary>
    private static byte[] OfferIn(byte[] request)
    {
        var rangesAt = ContentAt + 16 + 32;
        var offerAt = rangesAt + 2 + 8 * (int)Read(request.AsSpan(rangesAt, 2)) + 8 + 4 + 1;
        var length = (int)Read(request.AsSpan(offerAt, 2));
        return request.AsSpan(offerAt + 2, length).ToArray();
    }

    private byte[] Ranges => [.. U16(1), .. I32(0), .. I32(1)];

    private static byte[] First(byte[] request)
    {
        var first = (int)Read(request.AsSpan(ContentAt + 32, 4));
        return I32(Math.Min(first, LeavesMax - LeavesOfPart));
    }

    /// <summary>By the content, or by the name.</summary>
    private bool IsLookingForContent(byte[] search)
    {
        var length = (int)Read(search.AsSpan(TextAt, 2));
        var flagAt = TextAt + 2 + length;
        return search[flagAt] == 1
            ? search.AsSpan(flagAt + 1, 32).SequenceEqual(Content)
            : search.AsSpan(TextAt + 2, length).SequenceEqual(Ascii(Name));
    }

    /// <summary>Of a source that has just said this, next to whoever gets it (docs/protocol.md §3.2).</summary>
    private static byte[] Envelope(byte[] source, byte[]? to = null) =>
    [
        .. source, .. U64((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), .. I32(1000), 1, 32, .. to ?? [],
    ];

    private static byte[] Text(string text) => [.. U16(text.Length), .. Ascii(text)];

    private static byte[] Random(int count) => RandomNumberGenerator.GetBytes(count);
}
