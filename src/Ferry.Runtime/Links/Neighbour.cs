using Ferry.Protocol;

namespace Ferry.Runtime.Links;

/// <summary>Who answered at an address.</summary>
internal sealed record Neighbour(NodeId Node, string Nickname, string Transport);
