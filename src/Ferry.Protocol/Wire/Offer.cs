using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// A node would send this content to the receiver, which says by an <see cref="OfferAnswer"/> how it stands. Said again
/// until it is over: so it is a question, too, and tells that the sender holds the content.
/// </summary>
/// <param name="Transfer">The offer's id; sessions of the transfer have ids of their own.</param>
/// <param name="Proof">The sender's public key and its signature.</param>
internal sealed record Offer(
    Envelope Envelope, TransferId Transfer, ContentId Content, string Name, long Size, ReadOnlyMemory<byte> Proof)
    : SessionWord(Envelope, Transfer, Proof)
{
    /// <summary>The file's.</summary>
    public FileTraits Traits { get; init; }

    /// <summary>It is a folder. Said for people; the content id proves it.</summary>
    public bool IsFolder { get; init; }

    /// <summary>The sender takes it back.</summary>
    public bool IsWithdrawn { get; init; }

    public override MessageType Type => MessageType.Offer;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
        writer.Content(Content);
        writer.Text(Name, WireLimits.OfferNameBytesMax);
        writer.Int64(Size, 0, ChunkLayout.ContentBytesMax);
        writer.Int64(Traits.Modified, long.MinValue, long.MaxValue);
        writer.Int32(Traits.Mode, 0, FileTraits.ModeMax);
        writer.Flag(IsFolder);
        writer.Flag(IsWithdrawn);
    }

    internal static Offer Read(ref WireReader reader)
    {
        var envelope = Envelope.Read(ref reader);
        var (offer, content) = (reader.Transfer(), reader.Content());
        var name = reader.Text(WireLimits.OfferNameBytesMax);
        var size = reader.Int64(0, ChunkLayout.ContentBytesMax);
        var traits = new FileTraits(
            Modified: reader.Int64(long.MinValue, long.MaxValue), Mode: reader.Int32(0, FileTraits.ModeMax));
        var (isFolder, isWithdrawn) = (reader.Flag(), reader.Flag());
        return new Offer(envelope, offer, content, name, size, reader.Blob(WireLimits.ProofBytesMax))
        {
            Traits = traits, IsFolder = isFolder, IsWithdrawn = isWithdrawn,
        };
    }
}
