using Ferry.Protocol.Values;

namespace Ferry.Protocol.Finding;

/// <summary>Where a datagram came from, and where its sender takes connections.</summary>
/// <param name="Host">An address in digits, with its scope if it has one.</param>
public readonly record struct FoundPlace(string Host, ushort Port);

/// <summary>A node that has answered.</summary>
/// <param name="Run">What tells it from others until it proves who it is.</param>
/// <param name="Nickname">Empty when it does not tell; proven only of a member.</param>
/// <param name="Member">Null when it is not known to be of this node's network.</param>
public sealed record FoundNode(
    ulong Run, string Nickname, FoundPlace Place, FoundStanding Standing, NodeId? Member, Instant HeardAt);

/// <param name="KeyTag">Names the key of the network under which it has answered.</param>
public readonly record struct FoundMember(NodeId Node, ulong KeyTag);

/// <summary>A node to dial now.</summary>
/// <param name="Places">Tried in this order until one answers.</param>
public abstract record FoundDial(IReadOnlyList<FoundPlace> Places)
{
    /// <summary>Only this node may answer; it is proven that both are members under the key.</summary>
    public sealed record Member(FoundMember Node, IReadOnlyList<FoundPlace> Places) : FoundDial(Places);

    /// <summary>It may have the same passphrase.</summary>
    public sealed record Stranger(ulong Run, IReadOnlyList<FoundPlace> Places) : FoundDial(Places);
}
