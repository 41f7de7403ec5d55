namespace Ferry.Protocol.Wire;

/// <summary>Asks a neighbour for a sign of life every 5 s and measures the round trip.</summary>
/// <param name="Number">Comes back in the reply.</param>
internal sealed record Heartbeat(ulong Number) : Message
{
    public override MessageType Type => MessageType.Heartbeat;

    internal override void Write(ref WireWriter writer) => writer.UInt64(Number);

    internal static Heartbeat Read(ref WireReader reader) => new(Number: reader.UInt64());
}
