using Ferry.Protocol.Values;

namespace Ferry.Storage.Store;

/// <summary>
/// When chunks are made durable, many with one flush: as soon as 16 MiB have been written, 200 ms after the first of
/// them, or as soon as no piece waits; what is written while a commit is under way makes up the next. So a slow link
/// gets its ACKs at once, and a fast one pays for a flush only as often as the disk can do one.
/// </summary>
/// <remarks>
/// There is no timer for the 200 ms: as long as pieces wait, one that was persisted asks again, and when none waits
/// there is nothing to wait for.
/// </remarks>
public sealed class CommitPolicy
{
    public const long BytesMax = 16 * 1024 * 1024;
    public static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(200);

    private Instant _firstWritten = Instant.Never;
    private bool _isAsked;

    /// <summary>A piece was persisted. True when a commit shall start: once, until it does.</summary>
    /// <param name="uncommitted">Bytes of chunks that are written and not durable.</param>
    /// <param name="moreWait">Other pieces wait to be persisted.</param>
    public bool AfterPiece(Instant now, long uncommitted, bool moreWait)
    {
        if (uncommitted == 0) return false;
        _firstWritten = Instant.Min(_firstWritten, now);
        if (_isAsked) return false;
        _isAsked = !moreWait || uncommitted >= BytesMax || now - _firstWritten >= AgeMax;
        return _isAsked;
    }

    /// <summary>A commit starts: what is written from here on belongs to the next.</summary>
    public void Started() => (_firstWritten, _isAsked) = (Instant.Never, false);
}
