using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>An open session: the chunks that are still to be sent, and those sent that are not ACKed.</summary>
internal sealed class RunningUpload(
    TransferId transfer, NodeId requester, string name, ChunkLayout layout, SessionChannel channel)
    : UploadStage(name, layout.ContentBytes)
{
    private readonly Queue<int> _toSend = [];
    private readonly HashSet<int> _queued = [];
    private readonly SortedSet<int> _unacked = [];

    /// <summary>Sent, and not named by a request for what is still owed: the requester has it, and has not ACKed it.
    /// </summary>
    private readonly SortedSet<int> _arrived = [];
    private int? _current;
    private int _offset;
    private int _pieceBytes = WireLimits.PieceBytesMin;
    private long _queuedBytes;
    private long _unackedBytes;
    private long _windowBytes;
    private ulong _sealNumber;

    public override TransferState State => TransferState.Running;
    public SessionChannel Channel => channel;
    public bool HasUnacked => _unacked.Count > 0;
    public bool IsOwing => HasUnacked || _toSend.Count > 0;
    public bool HasPieceToSend => _current is not null || (_toSend.Count > 0 && _unackedBytes < _windowBytes);

    /// <summary>Asked for and not sent yet.</summary>
    public long LeftBytes => _queuedBytes + (_current is { } chunk ? layout.LengthOf(chunk) - _offset : 0);

    public override SessionWord Prove(SessionWord word) => channel.Prove(word);

    public void OnRequest(TransferRequest request)
    {
        _windowBytes = request.WindowBytes;
        _pieceBytes = request.PieceBytes;
        if (request.Again) Clear();
        // Ranges could name each chunk many times: no more steps are taken than there are chunks.
        var steps = 0;
        foreach (var range in request.Wanted)
        {
            var end = Math.Min(range.End, layout.ChunkCount);
            for (var chunk = range.First; chunk < end && steps < layout.ChunkCount; chunk++, steps++) Enqueue(chunk);
        }
    }

    /// <summary>The next piece, in order of the requests; only when <see cref="HasPieceToSend"/>.</summary>
    /// <param name="bytesMax">What the link takes at a time; the requester may want less.</param>
    public FileTransfer NextPiece(int bytesMax)
    {
        var chunk = _current ?? Begin();
        var length = Math.Min(Math.Min(bytesMax, _pieceBytes), layout.LengthOf(chunk) - _offset);
        var piece = new FileTransfer(
            Envelope.To(requester), transfer, chunk, _offset, _sealNumber++, length + FileTransfer.SealBytes);
        _offset += length;
        _current = _offset < layout.LengthOf(chunk) ? chunk : null;
        return piece;
    }

    /// <returns>Bytes that were sent and not ACKed before.</returns>
    public long OnAck(Ack ack)
    {
        _windowBytes = ack.WindowBytes;
        var acked = Take(_unacked, ack);
        _unackedBytes -= acked;
        return acked + Take(_arrived, ack);
    }

    /// <summary>Takes out what is ACKed, and returns its bytes. A chunk of which pieces are left is not sent yet.
    /// </summary>
    private long Take(SortedSet<int> chunks, Ack ack)
    {
        var bytes = 0L;
        foreach (var chunk in chunks.Where(chunk => chunk != _current && IsAcked(chunk, ack)).ToList())
        {
            chunks.Remove(chunk);
            bytes += layout.LengthOf(chunk);
        }
        return bytes;
    }

    private int Begin()
    {
        var chunk = _toSend.Dequeue();
        var length = layout.LengthOf(chunk);
        _queued.Remove(chunk);
        _queuedBytes -= length;
        _offset = 0;
        _arrived.Remove(chunk);
        if (_unacked.Add(chunk)) _unackedBytes += length;
        return chunk;
    }

    private void Enqueue(int chunk)
    {
        if (chunk == _current || !_queued.Add(chunk)) return;
        _toSend.Enqueue(chunk);
        _queuedBytes += layout.LengthOf(chunk);
    }

    private void Clear()
    {
        _arrived.UnionWith(_unacked);
        _toSend.Clear();
        _queued.Clear();
        _unacked.Clear();
        (_current, _queuedBytes, _unackedBytes) = (null, 0, 0);
    }

    private static bool IsAcked(int chunk, Ack ack) => chunk < ack.Cumulative || Covers(ack.Ranges, chunk);

    private static bool Covers(IReadOnlyList<ChunkRange> ranges, int chunk)
    {
        foreach (var range in ranges)
            if (range.Contains(chunk)) return true;
        return false;
    }
}
