using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// One content on its way from this node to one requester: what is still to be sent, what was sent and is not ACKed.
/// </summary>
internal sealed class Upload(TransferId transfer, ContentId content, NodeId requester, Instant now)
{
    private readonly Queue<int> _toSend = [];
    private readonly HashSet<int> _queued = [];
    private readonly SortedSet<int> _unacked = [];
    private readonly AckedRate _rate = new();
    private string _name = "";
    private ChunkLayout _layout;
    private int _current = -1;
    private int _offset;
    private long _queuedBytes;
    private ulong _sealNumber;

    public TransferId Transfer { get; } = transfer;
    public string Name => _name;
    public ContentId Content { get; } = content;
    public NodeId Requester { get; } = requester;
    public TransferState State { get; private set; } = TransferState.Starting;
    public long AckedBytes { get; private set; }
    public long SentBytes { get; private set; }
    public Instant ProgressAt { get; private set; } = now;

    /// <summary>When this node took it up: at its request, or at a start that found it in the log.</summary>
    public Instant TakenUpAt { get; } = now;
    public Instant SilentAt { get; set; } = Instant.Never;
    public Instant AskedAt { get; set; } = new(long.MinValue / 2);

    /// <summary>What was on the way may be lost, and the requester has not said yet what it is owed.</summary>
    public Instant AskAgainAt { get; set; } = Instant.Never;
    public Instant AskAgainUntil { get; set; }

    /// <summary>Time-outs in a row without progress: 20, 40, 80 s …</summary>
    public int Silences { get; set; }
    public byte[] KeyAnswer { get; init; } = [];

    /// <summary>Requests that came before the log entry was durable.</summary>
    public List<TransferRequest> Early { get; } = [];
    public int PieceBytes { get; private set; } = WireLimits.PieceBytesMin;
    public long WindowBytes { get; private set; }
    public bool IsOwing => _unacked.Count > 0 || _toSend.Count > 0;

    /// <summary>Asked for and not sent yet.</summary>
    public long LeftBytes => _queuedBytes + (_current < 0 ? 0 : _layout.LengthOf(_current) - _offset);

    public bool HasPieceToSend =>
        State == TransferState.Running && (_current >= 0 || (_toSend.Count > 0 && UnackedBytes < WindowBytes));

    private long UnackedBytes { get; set; }

    /// <summary>
    /// Found in the log at start-up: nothing can be sent before the requester has asked anew, with keys.
    /// </summary>
    public static Upload Recover(RecoveredUpload entry, Instant now) =>
        new(entry.Transfer, entry.Content, entry.Requester, now)
        {
            State = TransferState.Resuming, _name = entry.Name, AckedBytes = entry.AckedBytes, _layout = entry.Layout,
            ProgressAt = now - entry.LastAck,
        };

    public void OnOpened(string name, ChunkLayout layout)
    {
        (_name, _layout) = (name, layout);
        State = TransferState.Running;
    }

    /// <summary>The session is of no use to the requester: wait until it asks anew.</summary>
    public void Suspend()
    {
        State = TransferState.Resuming;
        ClearQueue();
        ClearUnacked();
    }

    public void OnRequest(TransferRequest request)
    {
        WindowBytes = request.WindowBytes;
        PieceBytes = request.PieceBytes;
        if (request.Again)
        {
            AskAgainAt = Instant.Never;
            AskAgainUntil = default;
            ClearQueue();
            ClearUnacked();
        }
        foreach (var range in request.Wanted)
            for (var chunk = range.First; chunk < Math.Min(range.End, _layout.ChunkCount); chunk++) Enqueue(chunk);
    }

    /// <summary>The next piece, in order of the requests; only when <see cref="HasPieceToSend"/>.</summary>
    /// <param name="bytesMax">What the link takes at a time; the requester may want less.</param>
    public FileTransfer NextPiece(int bytesMax)
    {
        if (_current < 0)
        {
            _current = _toSend.Dequeue();
            _queued.Remove(_current);
            _queuedBytes -= _layout.LengthOf(_current);
            _offset = 0;
            if (_unacked.Add(_current)) UnackedBytes += _layout.LengthOf(_current);
        }
        var length = Math.Min(Math.Min(bytesMax, PieceBytes), _layout.LengthOf(_current) - _offset);
        var piece = new FileTransfer(
            Envelope.To(Requester), Transfer, _current, _offset, _sealNumber++, length + FileTransfer.SealBytes);
        SentBytes += length;
        _offset += length;
        if (_offset == _layout.LengthOf(_current)) _current = -1;
        return piece;
    }

    /// <summary>True when the ACK tells of progress.</summary>
    public bool OnAck(Instant now, Ack ack, ref long receivedBefore)
    {
        WindowBytes = ack.WindowBytes;
        var before = AckedBytes;
        foreach (var chunk in _unacked.Where(chunk => chunk < ack.Cumulative || Covers(ack.Ranges, chunk)).ToList())
        {
            _unacked.Remove(chunk);
            AckedBytes += _layout.LengthOf(chunk);
            UnackedBytes -= _layout.LengthOf(chunk);
        }
        _rate.OnAcked(now, AckedBytes - before);
        var progressed = AckedBytes > before || ack.ReceivedBytes > receivedBefore || _unacked.Count == 0;
        receivedBefore = Math.Max(receivedBefore, ack.ReceivedBytes);
        if (progressed) (ProgressAt, Silences) = (now, 0);
        return progressed;
    }

    public UploadStatus Status(Instant now, Instant givenUpAt, int hops) => new(
        Transfer, Content, _name, Requester, State, _layout.ContentBytes, SentBytes, AckedBytes, _rate.At(now),
        now - ProgressAt, givenUpAt - now, hops);

    private static bool Covers(IReadOnlyList<ChunkRange> ranges, int chunk)
    {
        foreach (var range in ranges)
            if (range.Contains(chunk)) return true;
        return false;
    }

    private void Enqueue(int chunk)
    {
        if (chunk == _current || !_queued.Add(chunk)) return;
        _toSend.Enqueue(chunk);
        _queuedBytes += _layout.LengthOf(chunk);
    }

    private void ClearQueue()
    {
        _toSend.Clear();
        _queued.Clear();
        _queuedBytes = 0;
        _current = -1;
    }

    private void ClearUnacked()
    {
        _unacked.Clear();
        UnackedBytes = 0;
    }
}
