using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// A download whose partial file is open: the durable chunks, the lanes that bring the others, and the sessions whose
/// holders get a Receipt or a Refusal at the end.
/// </summary>
internal sealed class RunningDownload : DownloadStage
{
    /// <summary>
    /// Anybody may say first that it is a holder, and be near: so many lanes go to holders by chance, not by distance.
    /// </summary>
    private const int LanesByChance = 2;

    /// <summary>So many sessions with a holder that bring nothing, and its lane goes to another one.</summary>
    private const int DeadSessionsMax = 2;
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(5);

    /// <summary>The holder says when it goes on; this is for the case that it cannot.</summary>
    private static readonly TimeSpan PausedPatience = TimeSpan.FromMinutes(1);

    private readonly DownloadContext _context;
    private readonly Holders _holders;
    private readonly Progress _progress;
    private readonly Deadline _laneRetry;

    /// <summary>The latest session with each holder: it has replaced the older ones there.</summary>
    private readonly SortedDictionary<NodeId, TransferId> _sessions = [];
    private ChunkMap _durable;
    private LaneSet _lanes;
    private bool _isResuming;

    /// <summary>Its user has paused it: no lane is opened.</summary>
    private bool _isHeld;

    /// <summary>The last holder that put this node off has paused the transfer.</summary>
    private bool _isPausedThere;

    /// <param name="isResuming">It was found in the log, and has asked nobody yet.</param>
    public RunningDownload(
        Manifest manifest, ChunkMap durable, bool isResuming, DownloadContext context, Holders holders,
        Progress progress, Deadline laneRetry)
    {
        (Manifest, _context, _holders, _progress, _laneRetry) = (manifest, context, holders, progress, laneRetry);
        (_durable, _isResuming) = (durable.Copy(), isResuming);
        _lanes = new LaneSet(manifest, _durable, context);
    }

    public override TransferState State =>
        IsWhole ? TransferState.Finishing : _isResuming ? TransferState.Resuming : TransferState.Running;

    public Manifest Manifest { get; }
    public long DurableBytes => Manifest.Layout.BytesIn(_durable);
    public bool IsEmpty => _durable.IsEmpty;
    public IReadOnlyCollection<Lane> Lanes => _lanes.All;

    /// <summary>The last one that each holder opened.</summary>
    public IEnumerable<KeyValuePair<NodeId, TransferId>> Sessions => _sessions;
    public bool HasHolders => _lanes is { AnyDelivers: true, NeedsHolders: false };

    /// <summary>Why nothing can come, for the user; null while something can.</summary>
    public string? WhyStarved
    {
        get
        {
            if (IsWhole || !_lanes.NeedsHolders || (_lanes.AnyDelivers && _lanes.HasOutstanding)) return null;
            var asked = _lanes.All.Where(lane => !lane.IsOpen && _context.PathTo(lane.Holder) is not null);
            var why = _lanes.AnyDelivers ? "the nodes within reach have nothing of it that is missing here"
                : _laneRetry.IsArmed ? _isPausedThere ? "its holder has paused the transfer" : "its holder is busy"
                : asked.Any() ? "its holder does not answer" : "no node that has it is within reach";
            return _holders.LastReason is { } reason ? $"{Holders.Explain(reason)}, and {why}" : why;
        }
    }

    /// <summary>Only the rename is to come: messages of holders no longer matter.</summary>
    private bool IsWhole => _durable.IsFull;

    /// <summary>Storage has the partial file open: opens lanes for the chunks that are missing.</summary>
    public void Open(Instant now, ChunkMap durable, Outbox outbox)
    {
        CloseLanes();
        _durable = durable.Copy();
        _lanes = new LaneSet(Manifest, _durable, _context);
        _isResuming = false;
        FinishIfWhole(outbox);
        OpenLanes(now, outbox);
    }

    public void FinishIfWhole(Outbox outbox)
    {
        if (IsWhole) outbox.Store(new StorageRequest.FinishDownload(Manifest.Id));
    }

    public void CloseLanes() => _lanes.CloseAll();

    /// <summary>
    /// Has the holders stop, and forgets the pieces of chunks that are not whole: they come again when it goes on.
    /// </summary>
    public void Hold(Outbox outbox)
    {
        _isHeld = true;
        foreach (var lane in _lanes.All.ToList())
        {
            outbox.Route(_context.Words.Refuse(lane.Transfer, Manifest.Id, lane.Holder, RefusalReason.Paused));
            outbox.Store(new StorageRequest.DropPieces(Manifest.Id, lane.Transfer));
            _lanes.Discard(lane);
        }
    }

    /// <param name="isPaused">The disk refuses writes: lanes are opened when it does not any more.</param>
    public void GoOn(Instant now, bool isPaused, Outbox outbox)
    {
        _isHeld = false;
        if (!isPaused) OpenLanes(now, outbox);
    }

    /// <summary>A holder asks how things stand with a session that was left when the download was paused.</summary>
    public void SayHeld(Instant now, TransferResume resume, Outbox outbox)
    {
        var holder = resume.Envelope.Source;
        if (!_sessions.TryGetValue(holder, out var last) || last != resume.Transfer) return;
        if (!_context.Words.MayAnswer(now)) return;
        outbox.Route(_context.Words.Refuse(resume.Transfer, Manifest.Id, holder, RefusalReason.Paused));
    }

    public void OnHolder(Instant now, NodeId holder, Outbox outbox)
    {
        if (IsWhole) return;
        if (_lanes.Of(holder) is { } lane) lane.Held = Held(holder);
        else OpenLane(now, holder, outbox);
        _lanes.Deal(now, outbox);
    }

    /// <summary>An answer that the holder's key has not signed is nobody's word: the right one may follow.</summary>
    public void OnAccept(Instant now, TransferAccept accept, Outbox outbox)
    {
        if (IsWhole || LaneOf(accept.Transfer, accept.Envelope.Source) is not { IsOpen: false } lane) return;
        if (!_context.Seals.Complete(accept.Transfer, lane.Holder, accept.KeyAnswer.Span)) return;
        _lanes.OnAccept(now, lane);
        _lanes.Deal(now, outbox);
        _lanes.Confirm(lane, outbox);
    }

    /// <summary>Hands the piece to storage, or drops it. False when it belongs to no open lane.</summary>
    public bool OnPiece(Instant now, FileTransfer piece, Payload body, Outbox outbox)
    {
        var lane = LaneOf(piece.Transfer, piece.Envelope.Source);
        if (IsWhole || lane is not { IsOpen: true } || piece.Chunk >= _durable.ChunkCount)
        {
            outbox.Add(new Effect.Drop(body));
            return false;
        }
        // What nobody asked for is no sign of life, and takes no memory.
        if (!lane.Owes(piece))
        {
            _progress.OnUseless(piece.PieceBytes);
            outbox.Add(new Effect.Drop(body));
            return true;
        }
        _lanes.OnReceived(now, lane, piece.PieceBytes);
        var transport = _context.PathTo(lane.Holder)?.Transport ?? "";
        _progress.TallyOf(lane.Holder).OnReceived(piece.PieceBytes, piece.Envelope.Hops + 1, transport);
        _lanes.OnPersisting(lane, piece);
        _progress.OnPiece(piece.Chunk, Manifest.Layout.LengthOf(piece.Chunk), piece.PieceBytes);
        outbox.Store(new StorageRequest.PersistPiece(Manifest.Id, piece, body));
        return true;
    }

    /// <summary>True when that made it whole.</summary>
    public bool OnDurable(Instant now, IReadOnlyList<int> chunks, Outbox outbox)
    {
        if (IsWhole) return false;
        foreach (var chunk in chunks)
        {
            if (!_durable.Add(chunk)) continue;
            _progress.OnDurable(chunk);
            _lanes.OnDurable(now, chunk);
        }
        if (!IsWhole) _lanes.Deal(now, outbox);
        FinishIfWhole(outbox);
        return IsWhole;
    }

    public LostHolder? OnRejected(Instant now, StorageResult.ChunkRejected rejected, Outbox outbox)
    {
        if (_durable.Contains(rejected.Chunk)) return null;
        _progress.OnRejected(rejected.Chunk, Manifest.Layout.LengthOf(rejected.Chunk));
        _lanes.Return(rejected.Chunk);
        LostHolder? lost = null;
        if (_lanes.Find(rejected.Transfer) is { } lane && _holders.OnRejected(lane.Holder))
        {
            outbox.Route(_context.Words.Refuse(
                lane.Transfer, Manifest.Id, lane.Holder, RefusalReason.SourceChanged));
            lost = Leave(lane, RefusalReason.SourceChanged, outbox);
        }
        _lanes.Deal(now, outbox);
        return lost;
    }

    public void OnDropped(Instant now, StorageResult.PiecesDropped dropped, Outbox outbox)
    {
        if (_durable.Contains(dropped.Chunk)) return;
        _lanes.OnDropped(dropped.Chunk, dropped.Transfer);
        _lanes.Deal(now, outbox);
    }

    public LostHolder? OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        if (IsWhole || LaneOf(refusal.Transfer, refusal.Envelope.Source) is not { } lane) return null;
        if (!IsProven(lane, refusal)) return null;
        _sessions.Remove(lane.Holder);
        LostHolder? lost = null;
        switch (refusal.Reason)
        {
            // At once after a restart of the holder; not as fast as somebody may say so.
            case RefusalReason.UnknownTransfer when lane.DeadSessions == 0:
                OpenLane(now, lane.Holder, outbox);
                return null;
            case RefusalReason.Busy or RefusalReason.LogUnavailable or RefusalReason.BadKeys
                or RefusalReason.UnknownTransfer or RefusalReason.Paused:
                _isPausedThere = refusal.Reason == RefusalReason.Paused;
                _lanes.Close(lane.Holder);
                _laneRetry.Arm(now + _context.Chance.Random.Jitter(_isPausedThere ? PausedPatience : BusyPatience));
                break;
            default: lost = Leave(lane, refusal.Reason, outbox); break;
        }
        _lanes.Deal(now, outbox);
        return lost;
    }

    /// <summary>A holder asks how things stand with a session. False when it is not open here.</summary>
    public bool OnResume(Instant now, TransferResume resume, Outbox outbox)
    {
        if (IsWhole || LaneOf(resume.Transfer, resume.Envelope.Source) is not { IsOpen: true } lane) return false;
        if (!lane.Channel.Takes(resume)) _lanes.Probe(now, lane, outbox);
        else
        {
            _lanes.Acknowledge(lane, outbox);
            _lanes.OnRouteFound(now, lane, outbox);
        }
        return true;
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        if (_lanes.Of(node) is not { } lane) return;
        if (lane.IsOpen) _lanes.OnRouteFound(now, lane, outbox);
        else OpenLane(now, node, outbox);
    }

    /// <summary>False when the node is the holder of no lane.</summary>
    public bool OnUnreachable(Instant now, NodeId node, Outbox outbox)
    {
        if (_lanes.Of(node) is not { } lane) return false;
        _lanes.OnUnreachable(lane);
        _lanes.Deal(now, outbox);
        // A message to the lost holder makes the engine look for a new way at once, long before the holder's 20 s are
        // over.
        _lanes.Acknowledge(lane, outbox);
        return true;
    }

    public void OnPathLost(Instant now, NodeId neighbour, Outbox outbox) => _lanes.OnPathLost(now, neighbour, outbox);

    public void OnDue(Instant now, Lane lane, CoreTimer timer, Outbox outbox)
    {
        if (IsWhole) return;
        var isDead = timer == CoreTimer.LaneStalled && !_lanes.OnStalled(now, lane, outbox);
        if (timer == CoreTimer.AckDue && lane.OwesAck) _lanes.Acknowledge(lane, outbox);
        _lanes.Deal(now, outbox);
        var isUseless = lane.IsDoubted || (isDead && lane.DeadSessions >= DeadSessionsMax);
        if (isUseless && _lanes.IsFull && Untried().Count > 0) Replace(now, lane, outbox);
        else if (isDead) OpenLane(now, lane.Holder, outbox);
        else return;
        _lanes.Deal(now, outbox);
    }

    public void OpenLanes(Instant now, Outbox outbox)
    {
        while (!IsWhole && !_isHeld && !_lanes.IsFull && Untried() is { Count: > 0 } untried)
        {
            var byChance = _lanes.All.Count >= LaneSet.LanesMax - LanesByChance;
            OpenLane(now, untried[byChance ? _context.Chance.Random.Next(untried.Count) : 0], outbox);
        }
    }

    /// <summary>Sends each holder a Refusal with this reason, or a Receipt when there is none.</summary>
    public void End(RefusalReason? reason, Outbox outbox)
    {
        foreach (var (holder, transfer) in _sessions)
        {
            RoutedMessage word = reason is { } why
                ? _context.Words.Refuse(transfer, Manifest.Id, holder, why)
                : _context.Words.Receive(transfer, Manifest.Id, holder);
            outbox.Route(word);
        }
        CloseLanes();
    }

    /// <summary>
    /// A session that is not open has no keys yet: that it cannot be had now needs no proof, as it is tried again.
    /// </summary>
    private bool IsProven(Lane lane, Refusal refusal) => FinalWords.IsSigned(refusal.Reason)
        ? _context.Words.IsProven(refusal, Manifest.Id)
        : !lane.IsOpen || lane.Channel.Takes(refusal);

    /// <summary>Known holders without a lane, the nearest first.</summary>
    private List<NodeId> Untried() => _holders.Nearest.FindAll(holder => _lanes.Of(holder) is null);

    /// <summary>The lane's holder has its turn again when a search finds it.</summary>
    private void Replace(Instant now, Lane lane, Outbox outbox)
    {
        var untried = Untried();
        _lanes.Close(lane.Holder);
        _holders.PutBack(lane.Holder);
        OpenLane(now, untried[_context.Chance.Random.Next(untried.Count)], outbox);
    }

    private void OpenLane(Instant now, NodeId holder, Outbox outbox)
    {
        if (_isHeld) return;
        _lanes.Open(now, holder, Held(holder), outbox);
        if (_lanes.Of(holder) is { } lane) _sessions[holder] = lane.Transfer;
        _isResuming = false;
    }

    /// <summary>
    /// Drops the holder's pieces of unfinished chunks: they may be false, and would spoil those of other holders.
    /// </summary>
    private LostHolder Leave(Lane lane, RefusalReason reason, Outbox outbox)
    {
        outbox.Store(new StorageRequest.DropPieces(Manifest.Id, lane.Transfer));
        _lanes.Discard(lane);
        return new LostHolder(lane.Holder, reason);
    }

    private Lane? LaneOf(TransferId transfer, NodeId holder) =>
        _lanes.Of(holder) is { } lane && lane.Transfer == transfer ? lane : null;

    private ChunkMap Held(NodeId holder) => _holders.MapOf(holder, Manifest.Layout.ChunkCount);
}
