namespace Ferry.Storage.Shares;

/// <summary>A path cannot be shared or unshared; the message names it and the way out.</summary>
public sealed class ShareException(ShareFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ShareFailure Failure { get; } = failure;
}

public enum ShareFailure
{
    NotFound,
    NotReadable,

    /// <summary>The path contains this node's key.</summary>
    NotAllowed,
    NotShared,

    /// <summary>The index could not be written, so the share would be forgotten.</summary>
    NotSaved,
}
