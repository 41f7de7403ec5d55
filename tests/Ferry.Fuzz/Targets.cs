using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Protocol.Finding;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Seals;
using Ferry.Storage.Downloads;
using Ferry.Storage.Journal;
using Ferry.Storage.Trees;
using Ferry.Transports;
using Ferry.Transports.Bluetooth;
using Ferry.Transports.Bluetooth.Sdp;
using Ferry.Transports.Secure;

namespace Ferry.Fuzz;

/// <summary>
/// Each takes any bytes in where others' bytes come in, and throws only when the code under test is wrong.
/// </summary>
internal static class Targets
{
    public static SortedDictionary<string, Action<byte[]>> All { get; } = new()
    {
        ["address"] = Address,
        ["datagram"] = DatagramTarget,
        ["engine"] = EngineTarget.Run,
        ["folder"] = Folder,
        ["handshake"] = HandshakeTarget,
        ["journal"] = bytes => JournalRecovery.Read(bytes),
        ["manifest"] = ManifestTarget,
        ["message"] = MessageTarget,
        ["name"] = Name,
        ["recording"] = Recording,
        ["sdp"] = Sdp,
        ["seal"] = Seal,
    };

    /// <summary>What decodes has one form: it encodes to the same bytes.</summary>
    private static void MessageTarget(byte[] bytes)
    {
        if (MessageCodec.Decode(bytes, out var message) != DecodeError.None) return;
        var again = new byte[WireLimits.HeadBytesMax];
        var length = MessageCodec.Encode(message!, again);
        Check(again.AsSpan(0, length).SequenceEqual(bytes), $"{message} encodes otherwise");
    }

    private static void HandshakeTarget(byte[] bytes)
    {
        try
        {
#pragma warning disable VSTHRD002 // Bytes in memory are never waited for.
            var record = HandshakeRecord.ReadAsync(new MemoryStream(bytes), CancellationToken.None).Result;
#pragma warning restore VSTHRD002
            if (record is not { } read) return;
            if (read.Kind == HandshakeRecordKind.Reject) read.SplitReject();
            if (read.TrySplitHello(out var join, out _)) MessageTarget(join.ToArray());
        }
        catch (AggregateException e) when (e.InnerException is IOException)
        {
            // The documented end of a stream.
        }
    }

    /// <summary>What decodes encodes to the same fields; what no field holds may differ.</summary>
    private static void DatagramTarget(byte[] bytes)
    {
        if (bytes.Length >= MemberCard.Bytes) MemberCard.Decode(bytes);
        if (Datagram.Decode(bytes) is not { } datagram) return;
        var again = Datagram.Decode(datagram.Encode());
        Check(Equals(Fields(again), Fields(datagram)), $"{datagram} encodes otherwise");

        static object? Fields(Datagram? of) => of is Datagram.Reply reply
            ? (reply with { Box = default }, Convert.ToHexString(reply.Box.Span)).ToString() : of?.ToString();
    }

    private static void Address(byte[] bytes)
    {
        var parsed = NodeAddress.Parse(Encoding.UTF8.GetString(bytes));
        if (parsed.Value is not { } address) return;
        Check(NodeAddress.Parse(address.ToString()!).Value == address, $"{address} reads otherwise");
    }

    /// <summary>Whatever is offered, what comes of it is one name in one folder.</summary>
    private static void Name(byte[] bytes)
    {
        var offered = Encoding.UTF8.GetString(bytes);
        foreach (var name in new[] { SafeName.Of(offered), SafeName.Portable(SafeName.Of(offered)) })
        {
            Check(name.Length > 0 && name is not "." and not "..", $"'{name}' is no name");
            Check(!name.Contains('/') && !name.Any(char.IsControl), $"'{name}' has what no name has");
            Check(Encoding.UTF8.GetByteCount(name) <= byte.MaxValue, $"'{name}' is too long");
            Check(SafeName.Of(name) == name, $"'{name}' is not safe the second time");
        }
    }

    /// <summary>
    /// What decodes has one form, lies within the content, and names only what lies in the folder.
    /// </summary>
    private static void Folder(byte[] bytes)
    {
        var size = bytes.Length + 1000L;
        if (FolderListing.TryDecode(bytes, size, out var listing) != ListingFlaw.None) return;
        Check(FolderListing.Of(listing!.Entries).Bytes.Span.SequenceEqual(bytes), "a listing encodes otherwise");
        foreach (var entry in listing.Entries)
        {
            Check(Path.GetFullPath(entry.Path, "/top") == $"/top/{entry.Path}", $"{entry.Path} is no plain path");
            Check(entry.End <= size && entry.Offset >= 0, $"{entry.Path} lies outside the content");
            var above = Path.Combine("/top", entry.Above);
            if (entry.Kind != EntryKind.Link || !LinkTarget.StaysWithin(entry.Path, entry.Target)) continue;
            var target = Path.GetFullPath(entry.Target, above);
            Check($"{target}/".StartsWith("/top/", StringComparison.Ordinal), $"{entry.Target} leads out");
        }
        foreach (var (offset, end) in new FolderMap(listing, size, []).Gaps())
            Check(offset < end && end <= size, "a gap lies outside the content");
    }

    private static void Sdp(byte[] bytes)
    {
        FerryService.Read(bytes, default);
        SdpRequest.TryReadAnswer(bytes, 1, out _, out _);
    }

    private static void ManifestTarget(byte[] bytes)
    {
        if (bytes.Length < 8) return;
        var size = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Manifest.TryCreate(default, size, bytes.AsMemory(8));
    }

    private static void Recording(byte[] bytes)
    {
        if (FlightRecording.TryRead(bytes) is not { } read) return;
        foreach (var turn in read.Recording.Turns()) _ = turn?.Input;
    }

    /// <summary>An offer that names its signer rightly, so that the key in it is looked at.</summary>
    private static void Seal(byte[] bytes)
    {
        using var identity = Identity.Create();
        using var seals = new SealKeyRing(identity);
        var offer = new byte[SealOffer.Bytes];
        bytes.AsSpan(0, Math.Min(bytes.Length, offer.Length)).CopyTo(offer);
        var signature = offer.AsSpan(SealOffer.Bytes - Identity.SignatureBytes);
        var key = offer.AsSpan(
            SealOffer.Bytes - Identity.SignatureBytes - Identity.PublicKeyBytes, Identity.PublicKeyBytes);
        var signer = new NodeId(Bytes32.From(SHA256.HashData(key)));
        seals.Answer(new TransferId(1), default, signer, offer);
        Identity.Verify(signer, key, bytes, signature);
    }

    private static void Check(bool isSo, string words)
    {
        if (!isSo) throw new InvalidOperationException(words);
    }
}
