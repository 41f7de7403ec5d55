using Ferry.Protocol.Values;

namespace Ferry.Protocol.Finding;

/// <summary>
/// Whom to dial of those that have answered. An answer is worth one dial, at the places where it came from; what has
/// failed is dialled again only when it answers again, and later each time. What exceeds the budget is not dialled
/// before it answers again, either. So nothing that comes in datagrams makes a node dial without bound.
/// </summary>
/// <typeparam name="TKey">What tells nodes apart before they have proven who they are.</typeparam>
internal sealed class DialPlan<TKey>(BucketSize budget, Backoff pauses)
    where TKey : notnull
{
    public const int NodesMax = 1_024;
    public const int PlacesMax = 4;

    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly TokenBucket _budget = new(budget);

    public Instant DueAt
    {
        get
        {
            var due = Instant.Never;
            foreach (var entry in _entries.Values) due = Instant.Min(due, entry.DueAt);
            return due;
        }
    }

    /// <param name="wait">Of two that find each other at once one gives the other time.</param>
    public void OnReply(Instant now, TKey node, FoundPlace place, TimeSpan wait)
    {
        if (!_entries.TryGetValue(node, out var entry))
        {
            MakeRoom();
            _entries[node] = entry = new Entry();
        }
        entry.HeardAt = now;
        if (entry.IsDialed) return;
        if (entry.Places.Count < PlacesMax && !entry.Places.Contains(place)) entry.Places.Add(place);
        if (entry.DueAt == Instant.Never && entry.Soonest <= now) entry.DueAt = now + wait;
    }

    /// <summary>The next that is due; it counts as being dialled until <see cref="OnDialed"/>.</summary>
    /// <param name="isWanted">Whether there is still a reason to dial it.</param>
    public (TKey Node, IReadOnlyList<FoundPlace> Places)? Next(
        Instant now, Func<TKey, IReadOnlyList<FoundPlace>, bool> isWanted)
    {
        foreach (var (node, entry) in _entries)
        {
            if (entry.DueAt > now) continue;
            var places = entry.Take();
            if (!isWanted(node, places) || !_budget.TryTake(now)) continue;
            entry.IsDialed = true;
            return (node, places);
        }

        return null;
    }

    public void OnDialed(Instant now, TKey node, bool isLinked)
    {
        if (!_entries.TryGetValue(node, out var entry)) return;
        entry.IsDialed = false;
        entry.Failures = isLinked ? 0 : entry.Failures + 1;
        entry.Soonest = isLinked ? now : now + pauses.After(entry.Failures - 1);
    }

    /// <summary>Nobody is to be dialled any more.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>It is known by another name now.</summary>
    public void Forget(TKey node)
    {
        if (_entries.TryGetValue(node, out var entry) && !entry.IsDialed) _entries.Remove(node);
    }

    /// <summary>The one that was heard longest ago makes room; not one that is being dialled.</summary>
    private void MakeRoom()
    {
        if (_entries.Count < NodesMax) return;
        var idle = _entries.Where(pair => !pair.Value.IsDialed);
        _entries.Remove(idle.MinBy(pair => pair.Value.HeardAt).Key);
    }

    private sealed class Entry
    {
        public List<FoundPlace> Places { get; private set; } = [];
        public Instant HeardAt { get; set; }

        /// <summary>Not before, whoever answers.</summary>
        public Instant Soonest { get; set; }

        public Instant DueAt { get; set; } = Instant.Never;
        public int Failures { get; set; }
        public bool IsDialed { get; set; }

        public IReadOnlyList<FoundPlace> Take()
        {
            var places = Places;
            (Places, DueAt) = ([], Instant.Never);
            return places;
        }
    }
}
