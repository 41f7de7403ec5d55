using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// One content on its way to this node, from the manifest to the receipt. The states are those of docs/protocol.md §6.
/// Only three things end it: the whole file, the user, and holders that no longer have it; everything else is waited
/// out.
/// </summary>
internal sealed class Download
{
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2), BusyPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);
    private static readonly Backoff SearchPace = new(TimeSpan.FromSeconds(2), Max: TimeSpan.FromSeconds(60));

    private readonly ISealKeyRing _seals;
    private readonly SeededRandom _random;
    private readonly PathFinder _pathTo;
    private readonly Holders _holders;
    private readonly ManifestFetch _fetch;
    private readonly SortedDictionary<NodeId, TransferId> _sessions = [];
    private readonly TimerTable _timers = new();
    private readonly Progress _progress;
    private readonly string? _outputPath;
    private Manifest? _manifest;
    private ChunkMap? _durable;
    private LaneSet? _lanes;
    private long _size;
    private int _searches;

    public Download(Instant now, Input.StartDownload start, ISealKeyRing seals, SeededRandom random, PathFinder pathTo)
    {
        (Content, Name, _size, _outputPath) = (start.Content, start.Name, start.Size, start.OutputPath);
        (_seals, _random, _pathTo, _progress) = (seals, random, pathTo, new Progress(now));
        _holders = new Holders(pathTo);
        _fetch = new ManifestFetch(Content, _holders);
        foreach (var holder in start.Holders) _holders.Add(holder.Node, holder.Held);
        _timers.Arm(CoreTimer.HolderSearch, now);
    }

    public ContentId Content { get; }
    public string Name { get; private set; }
    public TransferState State { get; private set; } = TransferState.Searching;
    public Instant NextDeadline =>
        Instant.Min(_timers.Next, _manifest is null ? _fetch.NextDeadline
            : State == TransferState.Running ? _lanes!.NextDeadline : Instant.Never);

    /// <summary>Only the rename is to come: what holders say does not matter any more.</summary>
    private bool IsWhole => State == TransferState.Finishing;
    private bool HasHolders => _lanes is { AnyDelivers: true, NeedsHolders: false };

    /// <summary>Why no holder is left that would give it; null while there is hope.</summary>
    public Reason? Hopeless { get; private set; }

    /// <summary>Found in the log at start-up: its files are open already.</summary>
    public void Recover(RecoveredDownload entry, Outbox outbox)
    {
        (_manifest, _size, State) = (entry.Manifest, entry.Manifest.Layout.ContentBytes, TransferState.Resuming);
        UseChunks(entry.Durable, outbox);
        if (!entry.Durable.IsFull) State = TransferState.Resuming;
    }

    public void Start(Instant now, Outbox outbox)
    {
        if (_holders.Count > 0) Fetch(now, _holders.Nearest[0], outbox);
    }

    /// <summary>The transfer is a session of this download.</summary>
    public bool Has(TransferId transfer) => _lanes?.Find(transfer) is not null;

    /// <summary>True when it is time to look for holders.</summary>
    public bool TakeSearch(Instant now)
    {
        if (!_timers.TakeIfDue(CoreTimer.HolderSearch, now)) return false;
        // OnOpened looks again.
        if (State is TransferState.Finishing or TransferState.Paused or TransferState.Ended) return false;
        var wait = _random.Jitter(HasHolders ? SearchPace.Max : SearchPace.After(_searches++));
        _timers.Arm(CoreTimer.HolderSearch, now + wait);
        return true;
    }

    /// <summary>Links have changed: look at once.</summary>
    public void SearchNow(Instant now)
    {
        if (HasHolders) return;
        _searches = 0;
        _timers.Arm(CoreTimer.HolderSearch, now);
    }

    public void OnHolder(Instant now, HasFile hit, Outbox outbox)
    {
        if (Name.Length == 0) Name = hit.Name;
        if (!_holders.Add(hit.Envelope.Source, hit.Held)) return;
        AddHolder(now, hit.Envelope.Source, outbox);
    }

    public void OnManifestPart(Instant now, ManifestPart part, Outbox outbox)
    {
        if (_manifest is not null) return;
        if (_fetch.OnPart(now, part, outbox) is { } manifest) OnManifest(manifest, outbox);
        else if (_holders.Count == 0) Hopeless = Holders.Explain(RefusalReason.NotShared);
    }

    public void OnOpened(Instant now, ChunkMap durable, Outbox outbox)
    {
        if (State == TransferState.Ended) return;
        _timers.Disarm(CoreTimer.DiskRetry);
        _lanes?.CloseAll();
        UseChunks(durable, outbox);
        OpenLanes(now, outbox);
        SearchNow(now);
        outbox.Tell(new Notice.DownloadProgressed(Status(now)));
    }

    public void OnStalled(Instant now, StorageResult.DownloadStalled stalled, Outbox outbox)
    {
        if (stalled.Trouble == DiskTrouble.BadPath)
        {
            Hopeless = new Reason(stalled.Text, IsOfDisk: true);
            return;
        }
        _timers.Arm(CoreTimer.DiskRetry, now + _random.Jitter(DiskPatience));
        if (State == TransferState.Paused) return;
        State = TransferState.Paused;
        _lanes?.CloseAll();
        _progress.OnPause(Status(now), new Reason(stalled.Text, IsOfDisk: true), outbox);
    }

    public void OnAccept(Instant now, TransferAccept accept, Outbox outbox)
    {
        if (IsWhole || LaneOf(accept.Transfer, accept.Envelope.Source) is not { IsOpen: false } lane) return;
        if (!_seals.Complete(accept.Transfer, lane.Holder, accept.KeyAnswer.Span))
        {
            outbox.Route(new Refusal(Envelope.To(lane.Holder), accept.Transfer, RefusalReason.BadKeys));
            LeaveHolder(now, lane.Holder, RefusalReason.BadKeys, outbox);
            return;
        }
        _lanes!.OnAccept(now, lane);
        _lanes.Deal(now, outbox);
    }

    /// <summary>A piece has come: it goes to the disk, or it is of no use.</summary>
    public void OnPiece(Instant now, FileTransfer piece, Payload body, Outbox outbox)
    {
        var lane = LaneOf(piece.Transfer, piece.Envelope.Source);
        var expected = lane is { IsOpen: true } && State == TransferState.Running && piece.Chunk < _durable!.ChunkCount;
        if (!expected)
        {
            outbox.Add(new Effect.Drop(body));
            return;
        }
        var path = _pathTo(lane!.Holder);
        _lanes!.OnReceived(now, lane, piece.PieceBytes);
        _progress.TallyOf(lane.Holder).OnReceived(piece.PieceBytes, piece.Envelope.Hops + 1, path?.Transport ?? "");
        _timers.ArmIfIdle(CoreTimer.ProgressReport, now + ReportEvery);
        if (_durable!.Contains(piece.Chunk))
        {
            _progress.OnUseless(piece.PieceBytes);
            outbox.Add(new Effect.Drop(body));
            return;
        }
        _progress.OnPiece(piece.Chunk, _manifest!.Layout.LengthOf(piece.Chunk), piece.PieceBytes);
        outbox.Store(new StorageRequest.PersistPiece(Content, piece, body));
    }

    public void OnDurable(Instant now, IReadOnlyList<int> chunks, Outbox outbox)
    {
        if (_lanes is null || State is TransferState.Finishing or TransferState.Ended) return;
        foreach (var chunk in chunks)
        {
            if (!_durable!.Add(chunk)) continue;
            _progress.OnDurable(chunk);
            _lanes.OnDurable(now, chunk);
        }
        FinishIfWhole(outbox);
        if (State != TransferState.Finishing) _lanes.Deal(now, outbox);
    }

    public void OnRejected(Instant now, StorageResult.ChunkRejected rejected, Outbox outbox)
    {
        if (_lanes is null || _durable!.Contains(rejected.Chunk)) return;
        _progress.OnRejected(rejected.Chunk, _manifest!.Layout.LengthOf(rejected.Chunk));
        _lanes.Return(rejected.Chunk);
        if (_lanes.Find(rejected.Transfer) is { } lane && _holders.OnRejected(lane.Holder))
        {
            outbox.Route(new Refusal(Envelope.To(lane.Holder), lane.Transfer, RefusalReason.NotWanted));
            LeaveHolder(now, lane.Holder, RefusalReason.SourceChanged, outbox);
        }
        _lanes.Deal(now, outbox);
    }

    public void OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        if (IsWhole || LaneOf(refusal.Transfer, refusal.Envelope.Source) is not { } lane) return;
        _sessions.Remove(lane.Holder);
        switch (refusal.Reason)
        {
            case RefusalReason.UnknownTransfer: OpenLane(now, lane.Holder, outbox); return;
            case RefusalReason.Busy or RefusalReason.LogUnavailable:
                _lanes!.Close(lane.Holder);
                _timers.Arm(CoreTimer.LaneRetry, now + _random.Jitter(BusyPatience));
                break;
            default: LeaveHolder(now, lane.Holder, refusal.Reason, outbox); break;
        }
        _lanes!.Deal(now, outbox);
    }

    /// <summary>A holder asks how things stand with a session, or offers to go on after a restart.</summary>
    public void OnResume(Instant now, TransferResume resume, Outbox outbox)
    {
        var holder = resume.Envelope.Source;
        if (_holders.IsStruck(holder)) return;
        if (LaneOf(resume.Transfer, holder) is { IsOpen: true } lane && State == TransferState.Running)
        {
            // It may ask because it restarted and lost the keys: then it answers UnknownTransfer to this.
            _lanes!.Acknowledge(lane, outbox);
            _lanes.OnRouteFound(now, lane, outbox);
            return;
        }
        if (_holders.Knows(holder)) AddHolder(now, holder, outbox);
        else _timers.Arm(CoreTimer.HolderSearch, now); // What it holds now, its answer to a search tells.
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        if (_manifest is null && _holders.Knows(node)) _fetch.OnHolder(now, node, outbox);
        if (_lanes?.Of(node) is not { } lane) return;
        if (lane.IsOpen) _lanes.OnRouteFound(now, lane, outbox); else OpenLane(now, node, outbox);
    }

    public void OnUnreachable(Instant now, NodeId node, Outbox outbox)
    {
        if (_lanes?.Of(node) is not { } lane) return;
        _lanes.OnUnreachable(lane);
        _lanes.Deal(now, outbox);
        // A message to the lost holder makes the engine look for a route at once, before the holder's 20 s are over.
        _lanes.Acknowledge(lane, outbox);
        SearchNow(now);
    }

    public void OnPathLost(Instant now, NodeId neighbour, Outbox outbox) => _lanes?.OnPathLost(now, neighbour, outbox);

    public void OnTick(Instant now, Outbox outbox)
    {
        if (_manifest is null) _fetch.OnTick(now, outbox);
        if (_timers.TakeIfDue(CoreTimer.DiskRetry, now)) outbox.Store(new StorageRequest.RetryDownload(Content));
        if (_timers.TakeIfDue(CoreTimer.LaneRetry, now)) OpenLanes(now, outbox);
        if (_timers.TakeIfDue(CoreTimer.ProgressReport, now)) outbox.Tell(new Notice.DownloadProgressed(Status(now)));
        if (State != TransferState.Running || _lanes is null) return;
        foreach (var dead in _lanes.OnTick(now, outbox)) OpenLane(now, dead.Holder, outbox);
        _lanes.Deal(now, outbox);
    }

    public DownloadStatus Status(Instant now)
    {
        var durableBytes = _durable is null ? 0 : _manifest!.Layout.BytesIn(_durable);
        return _progress.Status(now, Content, Name, _size, State, durableBytes, _lanes?.All ?? []);
    }

    public void End(Outbox outbox, RefusalReason? reason)
    {
        State = TransferState.Ended;
        // The latest session with each holder: it has replaced the older ones there.
        foreach (var (holder, transfer) in _sessions)
        {
            var envelope = Envelope.To(holder);
            outbox.Route(reason is { } why ? new Refusal(envelope, transfer, why) : new Receipt(envelope, transfer));
        }
        _lanes?.CloseAll();
    }

    private void AddHolder(Instant now, NodeId holder, Outbox outbox)
    {
        if (_manifest is null)
        {
            Fetch(now, holder, outbox);
            return;
        }
        if (_lanes is null || State is TransferState.Paused or TransferState.Finishing) return;
        if (_lanes.Of(holder) is { } lane) lane.Held = Held(holder);
        else OpenLane(now, holder, outbox);
        _lanes.Deal(now, outbox);
    }

    private void Fetch(Instant now, NodeId holder, Outbox outbox)
    {
        State = TransferState.Starting;
        _fetch.OnHolder(now, holder, outbox);
    }

    private void OnManifest(Manifest manifest, Outbox outbox)
    {
        (_manifest, _size, State) = (manifest, manifest.Layout.ContentBytes, TransferState.Starting);
        outbox.Store(new StorageRequest.OpenDownload(manifest, Name, _outputPath));
    }

    private void UseChunks(ChunkMap durable, Outbox outbox)
    {
        _durable = durable.Copy();
        _lanes = new LaneSet(_manifest!, _durable, _seals, _random, _pathTo);
        State = TransferState.Running;
        FinishIfWhole(outbox);
    }

    private void FinishIfWhole(Outbox outbox)
    {
        if (!_durable!.IsFull) return;
        State = TransferState.Finishing;
        outbox.Store(new StorageRequest.FinishDownload(Content));
    }

    private void OpenLanes(Instant now, Outbox outbox)
    {
        if (_lanes is null || State != TransferState.Running) return;
        foreach (var holder in _holders.Nearest)
            if (_lanes.Of(holder) is null) OpenLane(now, holder, outbox);
    }

    private void OpenLane(Instant now, NodeId holder, Outbox outbox)
    {
        _lanes!.Open(now, holder, Held(holder), outbox);
        if (_lanes.Of(holder) is { } lane) _sessions[holder] = lane.Transfer;
        if (State == TransferState.Resuming) State = TransferState.Running;
    }

    /// <summary>
    /// The holder will not send. It may come to have the content again (a disk put back), so a download of which
    /// something has come waits; but what has changed, was refused or is false ends it when nobody else is left.
    /// </summary>
    private void LeaveHolder(Instant now, NodeId holder, RefusalReason reason, Outbox outbox)
    {
        // What it gave of unfinished chunks may be false, and must not spoil what others give.
        if (_lanes!.Of(holder) is { } lane) outbox.Store(new StorageRequest.DropPieces(Content, lane.Transfer));
        _lanes.Close(holder);
        if (!_durable!.IsEmpty && reason is RefusalReason.NotShared or RefusalReason.SourceUnreadable)
        {
            _holders.Remove(holder);
            _progress.OnPause(Status(now), $"{Holders.Explain(reason)}; waiting", outbox);
        }
        else _holders.Strike(holder, reason);
        Hopeless = _holders.WhyHopeless() is { } why ? new Reason(why) : (Reason?)null;
        if (Hopeless is null) SearchNow(now);
    }

    private Lane? LaneOf(TransferId transfer, NodeId holder) =>
        _lanes?.Of(holder) is { } lane && lane.Transfer == transfer ? lane : null;
    private ChunkMap Held(NodeId holder) => _holders.MapOf(holder, _manifest!.Layout.ChunkCount);
}
