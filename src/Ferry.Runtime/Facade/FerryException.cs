namespace Ferry.Runtime;

/// <summary>A failure that a user can do something about; the message names the thing and the way out.</summary>
public sealed class FerryException(FailureKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public FailureKind Kind { get; } = kind;
}

/// <summary>Decides the exit code.</summary>
public enum FailureKind
{
    /// <summary>Exit code 1.</summary>
    Failed,

    /// <summary>Exit code 2.</summary>
    Usage,

    /// <summary>Exit code 3.</summary>
    NothingFound,

    /// <summary>Exit code 5.</summary>
    Refused,
}
