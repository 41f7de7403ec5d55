namespace Ferry.Protocol.Sending;

/// <summary>One class of messages without a body, in the order in which they came.</summary>
/// <param name="share">What it may send in a round.</param>
internal sealed class ControlQueue(int share)
{
    private readonly Queue<Outgoing> _waiting = new();
    private long _credit = share;

    public int Count => _waiting.Count;
    public long Bytes { get; private set; }
    public bool HasCredit => Count > 0 && _credit > 0;

    public void Add(Outgoing message)
    {
        _waiting.Enqueue(message);
        Bytes += message.Cost;
    }

    public bool TryTake(out Outgoing next)
    {
        if (!HasCredit)
        {
            next = default;
            return false;
        }
        next = _waiting.Dequeue();
        _credit -= next.Cost;
        Bytes -= next.Cost;
        return true;
    }

    /// <summary>Drops the oldest until no more than so many bytes wait. Returns how many were dropped.</summary>
    public int DropDownTo(long bytesMax)
    {
        var dropped = 0;
        for (; Bytes > bytesMax && Count > 1; dropped++) Bytes -= _waiting.Dequeue().Cost;
        return dropped;
    }

    public void StartRound() => _credit = Math.Min(share, _credit + share);

    public void Clear()
    {
        _waiting.Clear();
        Bytes = 0;
    }
}
