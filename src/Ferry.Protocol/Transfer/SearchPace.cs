namespace Ferry.Protocol.Transfer;

/// <summary>
/// How often a download looks for holders: at once, then after 2, 4 … 60 s; at leisure when it has what it needs.
/// </summary>
internal sealed class SearchPace
{
    private static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);
    private TimeSpan _wait = WaitMin;

    public TimeSpan NextWait(bool satisfied)
    {
        _wait = satisfied || _wait * 2 > WaitMax ? WaitMax : _wait * 2;
        return _wait;
    }

    public void Reset() => _wait = WaitMin;
}
