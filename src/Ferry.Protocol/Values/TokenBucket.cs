namespace Ferry.Protocol.Values;

/// <summary>Lets <c>burst</c> things through at once and <c>perSecond</c> in the long run.</summary>
internal sealed class TokenBucket
{
    private readonly double _burst;
    private readonly double _perSecond;
    private double _tokens;
    private Instant _filledAt;

    public TokenBucket(double burst, double perSecond) => (_burst, _perSecond, _tokens) = (burst, perSecond, burst);

    public bool TryTake(Instant now)
    {
        _tokens = Math.Min(_burst, _tokens + (now - _filledAt).TotalSeconds * _perSecond);
        _filledAt = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
