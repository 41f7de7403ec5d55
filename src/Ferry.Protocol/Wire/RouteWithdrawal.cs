namespace Ferry.Protocol.Wire;

/// <summary>The sender can no longer reach these nodes: the receiver forgets its routes to them through the sender.</summary>
public sealed record RouteWithdrawal(IReadOnlyList<NodeId> Unreachable) : Message
{
    public override MessageType Type => MessageType.RouteWithdrawal;
}
