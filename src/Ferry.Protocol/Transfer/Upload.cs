using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>An upload of one content to one requester: its stage, its progress, and its deadlines.</summary>
internal sealed class Upload
{
    private readonly AckedRate _rate = new();
    private long _receivedBytes;
    private long _sentBytes;

    public Upload(
        TransferId transfer, ContentId content, NodeId requester, Instant now, UploadStage stage, Deadlines deadlines)
    {
        (Transfer, Content, Requester, Stage) = (transfer, content, requester, stage);
        (TakenUpAt, ProgressAt, NotedAt) = (now, now, now);
        Silent = deadlines.New(this, CoreTimer.UploadSilent);
        AskAgain = deadlines.New(this, CoreTimer.UploadAskAgain);
        GivenUp = deadlines.New(this, CoreTimer.UploadGivenUp);
        Turn = new LinkedListNode<Upload>(this);
    }

    public TransferId Transfer { get; }
    public ContentId Content { get; }
    public NodeId Requester { get; }
    public UploadStage Stage { get; set; }
    public RunningUpload? Running => Stage as RunningUpload;
    public bool HasPieceToSend => Running is { HasPieceToSend: true };
    public long AckedBytes { get; private set; }
    public Instant ProgressAt { get; private set; }

    /// <summary>When it was requested, or when this node started and found it in the log.</summary>
    public Instant TakenUpAt { get; }

    /// <summary>When the last ACK was noted in the log.</summary>
    public Instant NotedAt { get; set; }

    /// <summary>A route may flap: the requester is not asked how things stand before.</summary>
    public Instant MayAskFrom { get; set; }

    /// <summary>What was in flight may be lost: until then the requester is asked each second.</summary>
    public Instant AskAgainUntil { get; set; }

    /// <summary>Time-outs in a row without progress: 20, 40, 80 s …</summary>
    public int Silences { get; set; }
    public Deadline Silent { get; }
    public Deadline AskAgain { get; }
    public Deadline GivenUp { get; }

    /// <summary>Its place in <see cref="SendTurns"/>, in a list while it waits there.</summary>
    public LinkedListNode<Upload> Turn { get; }

    /// <summary>Found in the log at start-up.</summary>
    public static Upload Recover(RecoveredUpload entry, Instant now, Deadlines deadlines)
    {
        var stage = new ResumingUpload(entry.Name, entry.Layout.ContentBytes);
        return new Upload(entry.Transfer, entry.Content, entry.Requester, now, stage, deadlines)
        {
            AckedBytes = entry.AckedBytes, ProgressAt = now - entry.LastAck,
        };
    }

    public FileTransfer NextPiece(RunningUpload running, int bytesMax)
    {
        var piece = running.NextPiece(bytesMax);
        _sentBytes += piece.PieceBytes;
        return piece;
    }

    /// <summary>
    /// True when the requester has got more of what was sent. An ACK that says no more than before is none: else a
    /// session could be held for ever for nothing.
    /// </summary>
    public bool OnAck(Instant now, RunningUpload running, Ack ack)
    {
        var acked = running.OnAck(ack);
        AckedBytes += acked;
        _rate.OnAcked(now, acked);
        var received = Math.Min(ack.ReceivedBytes, _sentBytes);
        var hasDelivered = acked > 0 || received > _receivedBytes;
        _receivedBytes = Math.Max(_receivedBytes, received);
        if (hasDelivered) (ProgressAt, Silences) = (now, 0);
        return hasDelivered;
    }

    /// <summary>It has ended: none of its deadlines comes any more.</summary>
    public void Disarm()
    {
        Silent.Disarm();
        AskAgain.Disarm();
        GivenUp.Disarm();
    }

    public UploadStatus Status(Instant now, int hops) => new(
        Transfer, Content, Stage.Name, Requester, Stage.State, Stage.ContentBytes, _sentBytes, AckedBytes,
        _rate.At(now), now - ProgressAt, GivenUp.At - now, hops);
}
