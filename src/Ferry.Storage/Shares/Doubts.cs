using Ferry.Protocol.Content;

namespace Ferry.Storage.Shares;

/// <summary>
/// Which contents are read again because a requester says that it got other bytes. Others could make this node read all
/// that it shares for ever: a content is doubted once in ten minutes, and of all together no more is read in the long
/// run than a disk can spare.
/// </summary>
internal sealed class Doubts(TimeProvider time)
{
    /// <summary>Read at once; the last content may be larger, and is made up for.</summary>
    public const long BytesMax = 1L << 30;
    public const long BytesPerSecond = 4L << 20;

    /// <summary>Opening a small file costs, too.</summary>
    private const long BytesLeast = 64 * 1024;
    private const int ContentsMax = 10_000;
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<ContentId, long> _heeded = [];
    private double _left = BytesMax;
    private long _filledAt = time.GetTimestamp();

    /// <param name="bytes">Of its files.</param>
    public bool TryHeed(ContentId content, long bytes)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(BytesMax, _left + time.GetElapsedTime(_filledAt, now).TotalSeconds * BytesPerSecond);
            _filledAt = now;
            var isRecent = _heeded.TryGetValue(content, out var at) && time.GetElapsedTime(at, now) < AgainAfter;
            if (isRecent || _left <= 0) return false;
            if (_heeded.Count == ContentsMax) _heeded.Clear();
            _heeded[content] = now;
            _left -= Math.Max(bytes, BytesLeast);
            return true;
        }
    }
}
