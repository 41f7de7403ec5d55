using Ferry.Protocol.Values;

namespace Ferry.Runtime.Links;

/// <summary>The node that answered at a dialed address.</summary>
/// <param name="Path">Where the link runs; there may be others to the same node.</param>
internal sealed record DialedPeer(NodeId Node, string Nickname, string Transport, string Path);
