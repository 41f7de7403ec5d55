using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>A holder that will not send what it was asked for.</summary>
internal readonly record struct LostHolder(NodeId Holder, RefusalReason Reason);
