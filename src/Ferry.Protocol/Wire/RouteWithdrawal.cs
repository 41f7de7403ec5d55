using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// The sender can no longer reach these nodes: the receiver forgets its routes to them through the sender.
/// </summary>
internal sealed record RouteWithdrawal(IReadOnlyList<NodeId> Unreachable) : Message
{
    public override MessageType Type => MessageType.RouteWithdrawal;

    internal override void Write(ref WireWriter writer) => writer.Nodes(Unreachable, WireLimits.UnreachableMax);

    internal static RouteWithdrawal Read(ref WireReader reader) =>
        new(Unreachable: reader.Nodes(WireLimits.UnreachableMax));
}
