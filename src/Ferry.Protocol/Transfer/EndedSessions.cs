using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Sessions that this node has served. Whoever recorded a key offer can send it again: it would take the place of the
/// requester's running session, and pieces that still wait to be sealed would be, with the same numbers, under the new
/// key. A requester never uses an id twice, so it is not accepted twice.
/// </summary>
internal sealed class EndedSessions(KeyedIds ids)
{
    /// <summary>Hours of sessions as fast as a disk flushes them to the log.</summary>
    public const int Remembered = 1 << 18;

    private readonly HashSet<TransferId> _ended = new(ids);
    private readonly Queue<TransferId> _byAge = [];

    public bool Contains(TransferId transfer) => _ended.Contains(transfer);

    public void Add(TransferId transfer)
    {
        if (_ended.Add(transfer)) _byAge.Enqueue(transfer);
        if (_byAge.Count > Remembered) _ended.Remove(_byAge.Dequeue());
    }
}
