using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>Leaves of a manifest, in order; believed only when all of them hash to the content id.</summary>
/// <param name="Size">The content's size in bytes; -1 when the sender does not have the content (any more).</param>
/// <param name="First">The first leaf in <paramref name="Leaves"/>.</param>
/// <param name="Leaves">32 bytes each, at most <see cref="WireLimits.LeavesPerPartMax"/>.</param>
internal sealed record ManifestPart(
    Envelope Envelope, ContentId Content, long Size, int First, ReadOnlyMemory<byte> Leaves)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.ManifestPart;

    internal static ManifestPart From(StorageResult.ManifestRead read) =>
        new(Envelope.To(read.Requester), read.Content, read.Size, read.First, read.Leaves);

    internal override void Write(ref WireWriter writer)
    {
        WireWriter.Demand(IsConsistent, "leaves are where there can be none");
        Envelope.Write(ref writer);
        writer.Content(Content);
        writer.Int64(Size, -1, ChunkLayout.ContentBytesMax);
        writer.Int32(First, 0, ChunkLayout.ChunkCountMax);
        writer.Digests(Leaves.Span, WireLimits.LeavesPerPartMax);
    }

    internal static ManifestPart Read(ref WireReader reader)
    {
        var part = new ManifestPart(
            Envelope: Envelope.Read(ref reader),
            Content: reader.Content(),
            Size: reader.Int64(-1, ChunkLayout.ContentBytesMax),
            First: reader.Int32(0, ChunkLayout.ChunkCountMax),
            Leaves: reader.Digests(WireLimits.LeavesPerPartMax));
        reader.Require(part.IsConsistent);
        return part;
    }

    /// <summary>Size -1 comes without leaves; no content has more leaves than the largest.</summary>
    private bool IsConsistent =>
        (Size >= 0 || Leaves.IsEmpty) && First + Leaves.Length / Bytes32.Length <= ChunkLayout.ChunkCountMax;
}
