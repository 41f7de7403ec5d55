namespace Ferry.Protocol.Sending;

/// <summary>
/// The memory for bodies that a node passes on, over all its links. One link may hold as much as is left over (dynamic
/// thresholds: Choudhury and Hahne, 1998): a single slow link gets half of it, and with n links that do not drain each
/// holds one part of n + 1, so the next one still finds as much as they have.
/// </summary>
public sealed class PassedOnBudget(long bytesMax = PassedOnBudget.StandardBytesMax)
{
    public const long StandardBytesMax = 128L << 20;

    /// <summary>Counted atomically: each link has a lock of its own.</summary>
    private long _used;

    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>A link that holds so much may hold so much more.</summary>
    internal bool Allows(long held, long more) => held + more <= bytesMax - UsedBytes - more;

    internal void Take(long bytes) => Interlocked.Add(ref _used, bytes);

    internal void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
