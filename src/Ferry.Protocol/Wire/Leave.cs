namespace Ferry.Protocol.Wire;

/// <summary>The sender ends the link in an orderly way; the receiver drops its routes at once.</summary>
public sealed record Leave(LeaveReason Reason) : Message
{
    public override MessageType Type => MessageType.Leave;

    internal override void Write(ref WireWriter writer) => writer.Member(Reason);

    internal static Leave Read(ref WireReader reader) => new(Reason: reader.Member<LeaveReason>());
}

public enum LeaveReason : byte
{
    /// <summary>The user said <c>leave</c>.</summary>
    LeftNetwork = 1,

    /// <summary>The program ends.</summary>
    ShuttingDown = 2,

    /// <summary>Another link to the same node is used instead.</summary>
    DuplicateLink = 3,

    /// <summary>The receiver broke the protocol.</summary>
    ProtocolError = 4,

    /// <summary>The sender has as many links as it takes.</summary>
    TooManyLinks = 5,
}
