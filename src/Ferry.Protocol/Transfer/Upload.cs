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

    /// <summary>By this node's user: the requester is neither sent anything nor asked nor given up.</summary>
    public bool IsPaused { get; set; }

    /// <summary>By the requester's user.</summary>
    public bool IsPausedThere { get; set; }
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
            AckedBytes = entry.AckedBytes, ProgressAt = now - entry.LastAck, IsPaused = entry.IsPaused,
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

    public void Pause(Instant now)
    {
        // What it has been silent for before does not count when it goes on.
        (IsPaused, ProgressAt, Silences, MayAskFrom) = (true, now, 0, default);
        Disarm();
    }

    /// <summary>It has ended, or waits for its user: none of its deadlines comes any more.</summary>
    public void Disarm()
    {
        Silent.Disarm();
        AskAgain.Disarm();
        GivenUp.Disarm();
    }

    /// <param name="hops">0 without a way to the requester.</param>
    public UploadStatus Status(Instant now, int hops) => new(
        Transfer, Content, Stage.Name, Requester, IsPaused || IsPausedThere ? TransferState.Paused : Stage.State,
        Stage.ContentBytes, _sentBytes, AckedBytes, _rate.At(now), now - ProgressAt,
        GivenUp.IsArmed ? GivenUp.At - now : null, hops)
    {
        Pause = WhyStill(hops) is { } why ? new Reason(why) : null,
    };

    private string? WhyStill(int hops)
    {
        if (IsPaused) return "paused by this node's user: 'resume' lets it go on";
        if (hops == 0) return "there is no way to the requester";
        if (IsPausedThere) return "the requester has paused it";
        return Stage is ResumingUpload ? "the requester has not asked for the rest yet" : null;
    }
}
