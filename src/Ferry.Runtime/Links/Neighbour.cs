using Ferry.Protocol;

namespace Ferry.Runtime.Links;

/// <summary>Who answered at an address.</summary>
/// <param name="Path">Where the link runs; there may be others to the same node.</param>
internal sealed record Neighbour(NodeId Node, string Nickname, string Transport, string Path);
