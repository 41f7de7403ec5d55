using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Chunks whose bytes are all with storage, which has not answered yet, while the lane that brought them is closed.
/// They are not asked for again, and count in the window: a crash would lose them like what is on its way.
/// </summary>
internal sealed class OrphanChunks(ChunkLayout layout)
{
    private readonly Dictionary<int, TransferId> _sessions = [];

    public long Bytes { get; private set; }

    public bool Contains(int chunk) => _sessions.ContainsKey(chunk);

    public bool Contains(int chunk, TransferId session) => _sessions.GetValueOrDefault(chunk) == session;

    public void Add(int chunk, TransferId session)
    {
        if (_sessions.TryAdd(chunk, session)) Bytes += layout.LengthOf(chunk);
    }

    public void Remove(int chunk)
    {
        if (_sessions.Remove(chunk)) Bytes -= layout.LengthOf(chunk);
    }

    /// <summary>Storage was told to drop what this session brought.</summary>
    public List<int> TakeOf(TransferId session)
    {
        List<int> chunks = [.. _sessions.Where(entry => entry.Value == session).Select(entry => entry.Key).Order()];
        foreach (var chunk in chunks) Remove(chunk);
        return chunks;
    }
}
