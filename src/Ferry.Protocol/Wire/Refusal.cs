using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>The sender will not go on with this transfer, and why.</summary>
/// <param name="Proof">By the node key for what ends the session, by the session's keys for other reasons.</param>
public sealed record Refusal(
    Envelope Envelope, TransferId Transfer, RefusalReason Reason, ReadOnlyMemory<byte> Proof)
    : SessionWord(Envelope, Transfer, Proof)
{
    public override MessageType Type => MessageType.Refusal;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
        writer.Member(Reason);
    }

    internal static Refusal Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Reason: reader.Member<RefusalReason>(),
        Proof: reader.Blob(WireLimits.ProofBytesMax));
}

public enum RefusalReason : byte
{
    /// <summary>Holder: no such content is shared here.</summary>
    NotShared = 1,

    /// <summary>
    /// Holder: the file changed or vanished since it was hashed. Requester: what came is not the content.
    /// </summary>
    SourceChanged = 2,

    /// <summary>Holder: the file cannot be read.</summary>
    SourceUnreadable = 3,

    /// <summary>Holder: no session of that id (it restarted): ask anew, with a key offer.</summary>
    UnknownTransfer = 4,

    /// <summary>Requester: no such download here (any more).</summary>
    NotWanted = 5,

    /// <summary>Either: the user cancelled.</summary>
    Cancelled = 6,

    /// <summary>Holder: it serves as many transfers as it takes; try later.</summary>
    Busy = 7,

    /// <summary>Holder: its log cannot be written, so it must not send; try later.</summary>
    LogUnavailable = 8,

    /// <summary>Either: the key offer or answer is not valid.</summary>
    BadKeys = 9,

    /// <summary>Either: its user has paused the transfer, and a new session is opened when it goes on.</summary>
    Paused = 10,
}
