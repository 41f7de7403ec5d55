using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>What a node's core is told at its making. Timers have their reasons in docs/protocol.md.</summary>
public sealed record EngineOptions
{
    public required NodeId Self { get; init; }
    public required string Nickname { get; init; }

    /// <summary>All chance in the core, and the ids that nobody may guess, follow from it: a secret.</summary>
    public required Bytes32 Seed { get; init; }

    /// <summary>
    /// This node's first sequence number; must exceed all it used before (milliseconds of wall time since 1970 will
    /// do).
    /// </summary>
    public required ulong FirstSequence { get; init; }
    /// <summary>Anybody is served, not only members of this node's network and whom its user knows.</summary>
    public bool IsOpen { get; init; }

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan LinkDeadAfter { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan AckTimeoutMax { get; init; } = TimeSpan.FromMinutes(10);
    /// <summary>
    /// A transfer of which nothing was heard for so long is given up: whoever still wants it asks anew.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The age of what the log held comes from the wall clock, which may have been set meanwhile: nothing is given up
    /// before this node has been up and could be heard for so long.
    /// </summary>
    public TimeSpan RetentionGrace { get; init; } = TimeSpan.FromHours(1);
    public TimeSpan RouteLifetime { get; init; } = TimeSpan.FromMinutes(5);
    public byte SearchHopLimit { get; init; } = WireLimits.HopLimitMax;
    public int LinksMax { get; init; } = 256;
}
