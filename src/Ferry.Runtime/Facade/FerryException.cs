using System.Text.Json.Serialization;

namespace Ferry.Runtime;

/// <summary>A failure that a user can do something about; the message names the thing and the way out.</summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="message">A sentence for people.</param>
/// <param name="inner">What it comes from.</param>
public sealed class FerryException(FailureKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Decides the exit code.</summary>
    public FailureKind Kind { get; } = kind;
}

/// <summary>Kinds of failures. Their numbers are the exit codes of commands.</summary>
public enum FailureKind
{
    /// <summary>It was tried and did not work.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed = 1,

    /// <summary>It cannot be meant: an option or an argument is wrong.</summary>
    [JsonStringEnumMemberName("usage")]
    Usage = 2,

    /// <summary>Nobody has what was asked for.</summary>
    [JsonStringEnumMemberName("nothingFound")]
    NothingFound = 3,

    /// <summary>Another node, or this one, does not admit or allow it.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused = 5,
}
