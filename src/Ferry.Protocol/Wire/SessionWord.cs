using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// A message with which one end of a session steers it. Whoever is in between, or was, can write one in the other's
/// name, so it carries a proof: by the session's keys, or by the sender's node key (docs/protocol.md §6.2).
/// </summary>
/// <param name="Proof">Empty where the sender has nothing to prove it by.</param>
public abstract record SessionWord(Envelope Envelope, TransferId Transfer, ReadOnlyMemory<byte> Proof)
    : RoutedMessage(Envelope)
{
    internal sealed override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        WriteSaid(ref writer);
        writer.Blob(Proof.Span, WireLimits.ProofBytesMax);
    }

    /// <summary>What is said: all fields but the envelope, which relays change, and the proof, which covers them.
    /// </summary>
    internal abstract void WriteSaid(ref WireWriter writer);
}
