using Ferry.Protocol.Values;

namespace Ferry.Runtime.Composition;

/// <summary>
/// Whether and when a node starts again that an error of its own has ended. What a neighbour sends may bring errors
/// about for as long as somebody sends it, and never ends the node; one that comes back without that is likely to come
/// back for ever, so that after some in succession the node had better say so.
/// </summary>
internal sealed class RestartPolicy(TimeProvider time)
{
    /// <summary>Errors in succession, brought about by nobody, after which the node stops.</summary>
    public const int FaultsMax = 5;

    /// <summary>After this long an error is the first one again.</summary>
    public static readonly TimeSpan Sound = TimeSpan.FromMinutes(1);

    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(200), Max: TimeSpan.FromSeconds(30));

    private long _started = time.GetTimestamp();
    private int _inSuccession;
    private int _ours;

    public void OnStarted() => _started = time.GetTimestamp();

    /// <summary>How long to wait before the next start; null to stop.</summary>
    /// <param name="byNeighbour">What a neighbour sent brought it about.</param>
    public TimeSpan? After(bool byNeighbour)
    {
        if (time.GetElapsedTime(_started) >= Sound) (_inSuccession, _ours) = (0, 0);
        if (!byNeighbour && ++_ours == FaultsMax) return null;
        return Waits.After(_inSuccession++);
    }
}
