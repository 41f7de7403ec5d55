namespace Ferry.Protocol;

/// <summary>What a node's core is told at its making. Timers have their reasons in docs/protocol.md.</summary>
public sealed record EngineOptions
{
    public required NodeId Self { get; init; }
    public required string Nickname { get; init; }

    /// <summary>Seeds all chance in the core.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// This node's first sequence number; must exceed all it used before (milliseconds of wall time since 1970 will
    /// do).
    /// </summary>
    public required ulong FirstSequence { get; init; }
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan LinkDeadAfter { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan AckTimeoutMax { get; init; } = TimeSpan.FromMinutes(10);
    public TimeSpan RouteLifetime { get; init; } = TimeSpan.FromMinutes(5);
    public byte SearchHopLimit { get; init; } = 8;
    public int LinksMax { get; init; } = 256;
}
