using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>Asks a holder for leaves of a manifest.</summary>
/// <param name="First">The first leaf wanted.</param>
public sealed record ManifestRequest(Envelope Envelope, ContentId Content, int First) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.ManifestRequest;
}
