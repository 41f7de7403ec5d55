namespace Ferry.Runtime.Requests;

/// <summary>
/// How long a request goes on listening when somebody has offered exactly what it asks for. Another content of that
/// name may still be told, so it waits for those who have not answered; but a node that is far, busy or made up must
/// not hold it up for the whole of a search: as long again as the first offer took, and a margin.
/// </summary>
internal sealed class SearchPatience : IDisposable
{
    /// <summary>For holders that have more to look through than the first one.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenRegistration _given;
    private bool _isShort;

    public SearchPatience(TimeProvider time, CancellationToken cancel)
    {
        (_time, _start) = (time, time.GetTimestamp());
        // Its own timer may come as late as it likes: one beside it would cancel what has been disposed.
        _ended = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _given = cancel.Register(_ended.Cancel);
    }

    /// <summary>Also when the request itself is cancelled.</summary>
    public CancellationToken Ended => _ended.Token;

    public void OnExactOffer()
    {
        if (!_isShort) _ended.CancelAfter(_time.GetElapsedTime(_start) + Margin);
        _isShort = true;
    }

    public void Dispose()
    {
        _given.Dispose();
        _ended.Dispose();
    }
}
