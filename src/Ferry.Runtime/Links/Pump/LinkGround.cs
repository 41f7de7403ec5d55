using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Links.Pump;

/// <summary>What all links of a node have in common.</summary>
internal sealed record LinkGround(NodeId Self, PassedOnBudget PassedOn, UpLimits Limits);
