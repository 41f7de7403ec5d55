using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// One holder's part in a download: a session with its keys, its window and the chunks it has been asked for. A lane
/// whose holder is unreachable waits; its chunks go to other lanes, if there are any.
/// </summary>
internal sealed class Lane
{
    /// <summary>Without a piece for so long, nothing flows: the rate that was measured is of the past.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(5);

    private readonly SortedSet<int> _outstanding = [];
    private readonly Dictionary<int, ByteSpans> _arriving = [];
    private readonly HashSet<int> _arrived = [];
    private Instant _receivedAt;

    public Lane(
        ContentId content, NodeId holder, TransferId transfer, ChunkMap held, AckWindow window, Deadlines deadlines,
        ISealKeyRing seals)
    {
        (Content, Holder, Transfer, Held, Window) = (content, holder, transfer, held, window);
        Channel = new SessionChannel(seals, transfer, SessionEnd.Requester);
        AckDue = deadlines.New(this, CoreTimer.AckDue);
        Stalled = deadlines.New(this, CoreTimer.LaneStalled);
        Limited = deadlines.New(this, CoreTimer.LaneLimited);
    }

    public ContentId Content { get; }
    public NodeId Holder { get; }
    public TransferId Transfer { get; }
    public ChunkMap Held { get; set; }
    public AckWindow Window { get; }
    public SessionChannel Channel { get; }
    public Deadline AckDue { get; }
    public Deadline Stalled { get; }

    /// <summary>Armed while the user's limit keeps it from being asked for more.</summary>
    public Deadline Limited { get; }

    /// <summary>What the user's limit lets it bring, bytes per second; null for any.</summary>
    public long? RateMax { get; set; }

    /// <summary>The holder's keys have come: pieces can be opened.</summary>
    public bool IsOpen { get; set; }

    /// <summary>No route, or no answer: nothing is dealt to it.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Somebody asks in the holder's name, perhaps it: not answered more often than this.</summary>
    public Instant MayProbeFrom { get; set; }

    /// <summary>Stalls in a row; doubles the patience.</summary>
    public int Strikes { get; set; }

    /// <summary>Sessions with this holder in a row that ended without a chunk that it brought.</summary>
    public int DeadSessions { get; init; }

    /// <summary>
    /// It has owed chunks for long, and none that it brought has become durable: whatever comes of it proves nothing.
    /// </summary>
    public bool IsDoubted { get; set; }

    /// <summary>When it began to owe chunks, or brought the last that is durable.</summary>
    public Instant OwesSince { get; set; }

    /// <summary>It has brought a chunk that is durable.</summary>
    public bool HasDelivered { get; private set; }

    /// <summary>Asked for and not durable.</summary>
    public IReadOnlySet<int> Outstanding => _outstanding;
    public long OutstandingBytes { get; private set; }
    public long ReceivedBytes { get; private set; }

    /// <summary>Durable and not ACKed yet.</summary>
    public long UnackedBytes { get; private set; }

    /// <summary>Pieces came since the last ACK.</summary>
    public bool OwesSignOfLife { get; private set; }

    /// <summary>It has something to say in an ACK.</summary>
    public bool OwesAck => UnackedBytes > 0 || OwesSignOfLife;
    public bool CanTakeChunks => IsOpen && !IsWaiting;

    /// <summary>Bytes per second that come over it now.</summary>
    public double RateAt(Instant now)
    {
        if (!CanTakeChunks || now - _receivedAt >= Still) return 0;
        // What is asked for at a limit's pace comes at the path's.
        return RateMax is { } most ? Math.Min(most, Window.Rate) : Window.Rate;
    }

    public void Ask(int chunk, int bytes)
    {
        if (_outstanding.Add(chunk)) OutstandingBytes += bytes;
    }

    public void OnReceived(Instant now, int bytes)
    {
        ReceivedBytes += bytes;
        _receivedAt = now;
        Strikes = 0;
        OwesSignOfLife = true;
        Window.OnReceived(now, bytes);
    }

    /// <summary>It was asked for the piece's chunk, and there are bytes in it that have not come.</summary>
    public bool Owes(FileTransfer piece) =>
        _outstanding.Contains(piece.Chunk) && !_arrived.Contains(piece.Chunk)
        && !(_arriving.TryGetValue(piece.Chunk, out var spans)
            && spans.Contains(ByteSpan.Of(piece.Offset, piece.PieceBytes)));

    /// <summary>The piece goes to storage.</summary>
    public void OnPersisting(FileTransfer piece, int chunkBytes)
    {
        if (!_outstanding.Contains(piece.Chunk) || _arrived.Contains(piece.Chunk)) return;
        if (!_arriving.TryGetValue(piece.Chunk, out var spans)) _arriving.Add(piece.Chunk, spans = new ByteSpans());
        spans.Add(ByteSpan.Of(piece.Offset, piece.PieceBytes));
        if (!spans.IsWhole(chunkBytes)) return;
        _arriving.Remove(piece.Chunk);
        _arrived.Add(piece.Chunk);
    }

    /// <summary>All bytes of the chunk came over this lane and are with storage, which has not answered yet.</summary>
    public bool HasBrought(int chunk) => _arrived.Contains(chunk);

    /// <summary>Storage did not keep the chunk's bytes: they must come again.</summary>
    public void OnDropped(int chunk)
    {
        _arriving.Remove(chunk);
        _arrived.Remove(chunk);
    }

    /// <summary>True when this lane had been asked for the chunk. Perhaps another one has brought it.</summary>
    public bool OnDurable(Instant now, int chunk, int bytes)
    {
        var hasBrought = HasBrought(chunk);
        if (!Release(chunk, bytes)) return false;
        UnackedBytes += bytes;
        if (hasBrought) (OwesSince, IsDoubted, HasDelivered) = (now, false, true);
        return true;
    }

    /// <summary>Takes a chunk back: it will be asked for elsewhere.</summary>
    public bool Release(int chunk, int bytes)
    {
        if (!_outstanding.Remove(chunk)) return false;
        OutstandingBytes -= bytes;
        OnDropped(chunk);
        return true;
    }

    public void OnAcked()
    {
        UnackedBytes = 0;
        OwesSignOfLife = false;
    }
}
