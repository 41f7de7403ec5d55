using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>Leaves of a manifest, in order; believed only when all of them hash to the content id.</summary>
/// <param name="Size">The content's size in bytes; -1 when the sender does not have the content (any more).</param>
/// <param name="First">The first leaf in <paramref name="Leaves"/>.</param>
/// <param name="Leaves">32 bytes each, at most <see cref="WireLimits.LeavesPerPartMax"/>.</param>
public sealed record ManifestPart(Envelope Envelope, ContentId Content, long Size, int First, ReadOnlyMemory<byte> Leaves)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.ManifestPart;
}
