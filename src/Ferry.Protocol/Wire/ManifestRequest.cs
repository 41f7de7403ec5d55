using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>Asks a holder for leaves of a manifest.</summary>
/// <param name="First">The first leaf wanted.</param>
internal sealed record ManifestRequest(Envelope Envelope, ContentId Content, int First) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.ManifestRequest;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Content(Content);
        writer.Int32(First, 0, ChunkLayout.ChunkCountMax - 1);
    }

    internal static ManifestRequest Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Content: reader.Content(),
        First: reader.Int32(0, ChunkLayout.ChunkCountMax - 1));
}
