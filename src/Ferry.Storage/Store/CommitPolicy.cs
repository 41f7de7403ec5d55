using Ferry.Protocol.Values;

namespace Ferry.Storage.Store;

/// <summary>
/// When chunks are made durable, many with one flush. A flush costs the disk the same for a chunk as for a hundred, and
/// wears a card, so there are <see cref="PerSecond"/> of them in the long run; the first <see cref="Burst"/> after a
/// rest come as soon as no piece waits, so that a window that is still small gets its ACKs at once. What does not wait:
/// 16 MiB, which would fill the window of a fast link, and the last chunk of a file. What is written while a commit is
/// under way makes up the next.
/// </summary>
/// <remarks>A token bucket, kept as the theoretical arrival time of the next commit (GCRA, ITU-T I.371).</remarks>
public sealed class CommitPolicy
{
    public const long BytesMax = 16 * 1024 * 1024;
    public const int PerSecond = 6;
    public const int Burst = 6;

    /// <summary>While pieces wait, what is written waits this long for company.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.0 / PerSecond);

    private Instant _firstWritten = Instant.Never;
    private Instant _arrival = new(0);

    /// <summary>When the next commit is to start; never while there is nothing to commit.</summary>
    public Instant Due { get; private set; } = Instant.Never;

    /// <summary>A piece was persisted. True when a commit is due, maybe at once, that was not, or later.</summary>
    /// <param name="uncommitted">Bytes of chunks that are written and not durable.</param>
    /// <param name="hasWhole">Some of them are the last of their file.</param>
    /// <param name="moreWait">Other pieces wait to be persisted.</param>
    public bool AfterPiece(Instant now, long uncommitted, bool hasWhole, bool moreWait)
    {
        if (uncommitted == 0) return false;
        _firstWritten = Instant.Min(_firstWritten, now);
        var due = DueAt(now, uncommitted, hasWhole, moreWait);
        if (due >= Due) return false;
        Due = due;
        return true;
    }

    /// <summary>A commit starts: what is written from here on belongs to the next.</summary>
    public void Started(Instant now)
    {
        _arrival = Instant.Max(_arrival, now) + Interval;
        (_firstWritten, Due) = (Instant.Never, Instant.Never);
    }

    private Instant DueAt(Instant now, long uncommitted, bool hasWhole, bool moreWait)
    {
        if (hasWhole || uncommitted >= BytesMax) return now;
        var wanted = moreWait ? _firstWritten + AgeMax : now;
        return Instant.Max(Instant.Max(wanted, _arrival - (Burst - 1) * Interval), now);
    }
}
