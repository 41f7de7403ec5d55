namespace Ferry.Protocol.Wire;

/// <summary>A message from a member of a network to another one, which nobody else can read.</summary>
/// <param name="Box">Opaque to the core: <see cref="INetworkSeals"/> makes and opens it.</param>
internal sealed record Sealed(Envelope Envelope, ReadOnlyMemory<byte> Box) : RoutedMessage(Envelope)
{
    /// <summary>Of this node's own, and not sent: it is one of the messages that others cause.</summary>
    public bool IsAnswer { get; init; }

    public override MessageType Type => MessageType.Sealed;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Blob(Box.Span, WireLimits.BoxBytesMax);
    }

    internal static Sealed Read(ref WireReader reader) =>
        new(Envelope: Envelope.Read(ref reader), Box: reader.Blob(WireLimits.BoxBytesMax));
}
