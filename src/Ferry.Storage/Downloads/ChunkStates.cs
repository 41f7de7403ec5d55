using Ferry.Protocol.Content;

namespace Ferry.Storage.Downloads;

/// <summary>
/// How far each chunk of a partial file has come: written, then durable. Not thread-safe: <see cref="PartialFile"/>
/// locks.
///
/// A chunk that was being written when the disk failed must not count, even if its own write went well: a failed flush
/// may have dropped it. Every failure increments the generation, which tells such writes from later ones.
/// </summary>
internal sealed class ChunkStates(ChunkLayout layout, ChunkMap durable, UncommittedTally tally)
{
    private readonly ChunkMap _durable = durable;
    private ChunkMap _written = durable.Copy();
    private List<int> _unflushed = [];

    public int Generation { get; private set; }
    public bool HasUnflushed => _unflushed.Count > 0;

    public ChunkMap Durable() => _durable.Copy();

    public bool IsDurable(int chunk) => _durable.Contains(chunk);

    /// <summary>Whether it lies in the file, flushed or not.</summary>
    public bool IsWritten(int chunk) => _written.Contains(chunk);

    /// <summary>A write has ended that began in this generation.</summary>
    public void Add(int chunk, int generation)
    {
        if (generation != Generation || !_written.Add(chunk)) return;
        _unflushed.Add(chunk);
        tally.Add(layout.LengthOf(chunk));
        if (_written.IsFull) tally.AddWhole();
    }

    /// <summary>
    /// The chunks that the next flush is for. They end with <see cref="MarkDurable"/> or <see cref="Forget"/>.
    /// </summary>
    public List<int> TakeUnflushed()
    {
        var taken = _unflushed;
        _unflushed = [];
        return taken;
    }

    /// <summary>They are in the log: durable even if a write failed meanwhile.</summary>
    public void MarkDurable(List<int> taken)
    {
        foreach (var chunk in taken)
        {
            _durable.Add(chunk);
            _written.Add(chunk);
            tally.Add(-layout.LengthOf(chunk));
        }
    }

    /// <summary>They are in the log, and were not written by a chunk that came.</summary>
    public void AddDurable(List<int> chunks)
    {
        foreach (var chunk in chunks)
        {
            _durable.Add(chunk);
            _written.Add(chunk);
        }
    }

    /// <summary>The flush failed, or they did not get into the log.</summary>
    public void Forget(List<int> taken)
    {
        foreach (var chunk in taken)
        {
            _written.Remove(chunk);
            tally.Add(-layout.LengthOf(chunk));
        }
    }

    /// <summary>The disk failed: drops what is not durable, and what is being written.</summary>
    public void Fail()
    {
        Generation++;
        Forget(TakeUnflushed());
    }

    /// <summary>The disk works again; these chunks count as missing.</summary>
    public void Restart(IReadOnlyList<int> lost)
    {
        foreach (var chunk in lost) _durable.Remove(chunk);
        _written = _durable.Copy();
    }
}
