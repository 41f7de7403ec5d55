namespace Ferry.Protocol.Wire;

/// <summary>The answer to a <see cref="Heartbeat"/>, with its number.</summary>
internal sealed record HeartbeatReply(ulong Number) : Message
{
    public override MessageType Type => MessageType.HeartbeatReply;

    internal override void Write(ref WireWriter writer) => writer.UInt64(Number);

    internal static HeartbeatReply Read(ref WireReader reader) => new(Number: reader.UInt64());
}
