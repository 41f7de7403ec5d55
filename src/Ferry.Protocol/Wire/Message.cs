namespace Ferry.Protocol.Wire;

/// <summary>
/// What crosses a link. One sealed record, one file, one row in docs/protocol.md and one golden vector each.
/// </summary>
public abstract record Message
{
    public abstract MessageType Type { get; }

    /// <summary>
    /// Writes the fields; the type has been written. Each message has a static <c>Read</c> beside it, its mirror.
    /// </summary>
    internal abstract void Write(ref WireWriter writer);
}

/// <summary>
/// A message that travels several hops; every node it passes learns from its envelope how to reach the source.
/// </summary>
public abstract record RoutedMessage(Envelope Envelope) : Message;
