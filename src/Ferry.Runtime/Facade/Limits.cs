using System.Text.Json.Serialization;

namespace Ferry.Runtime;

/// <summary>A rate limit to be set, or taken off.</summary>
/// <param name="Where">
/// A node, as for <see cref="INode.TrustAsync"/>; <c>tcp</c> or <c>bluetooth</c>; null for all together.
/// </param>
/// <param name="BytesPerSecond">Null for any rate.</param>
public sealed record LimitChange(string? Where, LimitDirection Direction, long? BytesPerSecond);

/// <summary>What the user allows.</summary>
/// <param name="Transport">Over this transport; null for all.</param>
/// <param name="Node">To and from this neighbour; null for all.</param>
/// <param name="Nickname">What the neighbour was called when the limit was set.</param>
/// <param name="Up">Bytes per second that are sent; null for any.</param>
/// <param name="Down">Bytes per second that are asked for; null for any.</param>
public sealed record LimitInfo(string? Transport, string? Node, string Nickname, long? Up, long? Down);

/// <summary>A rate limit that is set when a node starts.</summary>
/// <param name="BytesPerSecond">Null for any rate.</param>
public sealed record RateLimitOption(long? BytesPerSecond);

/// <summary>Which way a limit holds.</summary>
public enum LimitDirection
{
    /// <summary>What this node sends.</summary>
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>What this node asks for.</summary>
    [JsonStringEnumMemberName("down")]
    Down,
}
