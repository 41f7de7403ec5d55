namespace Ferry.Protocol.Values;

// A heap of four children to a node (they share a cache line), in which an armed deadline has one place: the queue is
// never longer than what is armed.
//
// Most deadlines are postponed again and again and never come: every message from a neighbour postpones its end, every
// piece the stall of its lane. So postponing writes the new moment only (lazy re-arming); the place keeps the old one,
// and is corrected when it comes to the top. A place is thus never later than its deadline, and the top is exact.
//
// A deadline that was due is mostly re-armed at once, for a moment that is again among the earliest. So the top is left
// empty until then, or until the next look at the queue: re-arming moves little instead of the height of the heap.
//
// The order is by moment, then by number. It does not depend on the history of the heap, so looking at the queue does
// not change what comes when.

/// <summary>All deadlines of the core, as data: no callbacks, nothing to dispose, nothing that can race.</summary>
internal sealed class Deadlines
{
    private const int Children = 4;

    /// <summary>The moment of an empty top, so that nothing rises to it.</summary>
    private static readonly Instant BeforeAll = new(long.MinValue);

    private readonly List<(Instant At, Deadline Deadline)> _heap = [];
    private long _made;
    private bool _isTopEmpty;

    /// <summary>The earliest, or <see cref="Instant.Never"/>.</summary>
    public Instant Next
    {
        get
        {
            FillTop();
            return _heap.Count == 0 ? Instant.Never : _heap[0].At;
        }
    }

    /// <summary>How many are armed.</summary>
    public int Count => _heap.Count - (_isTopEmpty ? 1 : 0);

    /// <summary>One for this owner, not armed yet.</summary>
    public Deadline New(object owner, CoreTimer timer) => new(this, owner, timer, _made++);

    /// <summary>The first whose moment has come, disarmed; null when there is none.</summary>
    public Deadline? TakeDue(Instant now)
    {
        if (Next > now) return null;
        var due = _heap[0].Deadline;
        (due.At, due.Place, _isTopEmpty) = (Instant.Never, -1, true);
        _heap[0] = (BeforeAll, due);
        return due;
    }

    /// <summary>Called by the deadline.</summary>
    public void Arm(Deadline deadline, Instant at)
    {
        deadline.At = at;
        if (at == Instant.Never) Remove(deadline);
        else if (deadline.Place < 0) Add(deadline);
        else if (at < _heap[deadline.Place].At) Rise(deadline.Place, at, deadline);
        MendTop();
    }

    private void Add(Deadline deadline)
    {
        if (_isTopEmpty)
        {
            _isTopEmpty = false;
            Sink(0, deadline.At, deadline);
            return;
        }
        _heap.Add((deadline.At, deadline));
        Rise(_heap.Count - 1, deadline.At, deadline);
    }

    private void Remove(Deadline deadline)
    {
        var place = deadline.Place;
        if (place < 0) return;
        deadline.Place = -1;
        var (at, last) = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last == deadline) return;
        Rise(place, at, last);
        Sink(last.Place, at, last);
    }

    private void FillTop()
    {
        if (!_isTopEmpty) return;
        _isTopEmpty = false;
        var (at, last) = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (_heap.Count > 0) Sink(0, at, last);
        MendTop();
    }

    private void MendTop()
    {
        if (_isTopEmpty) return;
        while (_heap.Count > 0 && _heap[0] is var (queued, top) && queued != top.At) Sink(0, top.At, top);
    }

    /// <summary>Puts the deadline at this place, or above it where it is earlier.</summary>
    private void Rise(int place, Instant at, Deadline deadline)
    {
        while (place > 0)
        {
            var parent = (place - 1) / Children;
            if (!IsEarlier(at, deadline, _heap[parent])) break;
            Put(place, _heap[parent]);
            place = parent;
        }
        Put(place, (at, deadline));
    }

    /// <summary>Puts the deadline at this place, or below it where others are earlier.</summary>
    private void Sink(int place, Instant at, Deadline deadline)
    {
        while (true)
        {
            var first = Children * place + 1;
            var end = Math.Min(first + Children, _heap.Count);
            if (first >= end) break;
            var earliest = first;
            for (var child = first + 1; child < end; child++)
                if (IsEarlier(_heap[child].At, _heap[child].Deadline, _heap[earliest])) earliest = child;
            if (!IsEarlier(_heap[earliest].At, _heap[earliest].Deadline, (at, deadline))) break;
            Put(place, _heap[earliest]);
            place = earliest;
        }
        Put(place, (at, deadline));
    }

    private void Put(int place, (Instant At, Deadline Deadline) entry)
    {
        _heap[place] = entry;
        entry.Deadline.Place = place;
    }

    private static bool IsEarlier(Instant at, Deadline deadline, (Instant At, Deadline Deadline) other) =>
        at < other.At || (at == other.At && deadline.Number < other.Deadline.Number);
}
