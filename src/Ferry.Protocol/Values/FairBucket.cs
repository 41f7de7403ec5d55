namespace Ferry.Protocol.Values;

// A lone user may take half of the burst, and the whole rate. With n who take what they get, each comes to hold an
// (n+1)th of it, and as much stays free: whoever takes little finds room, at once and whatever the others do.

/// <summary>
/// A token bucket shared by neighbours, in which nobody can take the room of others: each may hold as much as is left
/// over (dynamic thresholds: Choudhury and Hahne, 1998). What was taken comes back at the bucket's rate, to all in
/// proportion to what they hold.
/// </summary>
internal sealed class FairBucket(BucketSize size, IEqualityComparer<NodeId> ids)
{
    /// <summary>
    /// Neighbours are hashed to a fixed number of accounts, so that those who come and go cost no memory.
    /// </summary>
    private const int Accounts = 1024;

    private const double Nothing = 1e-6;

    /// <summary>What each holds, in units of <see cref="_unit"/>: so all give back without a walk through them.
    /// </summary>
    private readonly double[] _held = new double[Accounts];
    private double _unit = 1;
    private double _heldInAll;
    private Instant _refilledAt;

    public bool TryTake(Instant now, NodeId who)
    {
        Refill(now);
        ref var held = ref _held[(uint)ids.GetHashCode(who) % Accounts];
        var free = size.Burst - _heldInAll;
        if (held * _unit + 1 > free) return false;
        held += 1 / _unit;
        _heldInAll++;
        return true;
    }

    private void Refill(Instant now)
    {
        var left = _heldInAll - (now - _refilledAt).TotalSeconds * size.PerSecond;
        _refilledAt = now;
        if (left > Nothing)
        {
            _unit *= left / _heldInAll;
            _heldInAll = left;
            if (_unit > Nothing) return;
            for (var account = 0; account < Accounts; account++) _held[account] *= _unit;
            _unit = 1;
            return;
        }
        Array.Clear(_held);
        (_unit, _heldInAll) = (1, 0);
    }
}
