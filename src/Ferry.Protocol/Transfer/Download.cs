using Ferry.Protocol.Content;
using Ferry.Protocol.Session;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// One content on its way to this node, from the manifest to the receipt. The states are those of docs/protocol.md §6.
/// Only three things end it: the whole file, the user, and holders that no longer have it; everything else is waited out.
/// </summary>
internal sealed class Download
{
    private static readonly TimeSpan ManifestPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SearchWaitMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(5);

    private readonly ISealKeyRing _seals;
    private readonly SeededRandom _random;
    private readonly PathFinder _pathTo;
    private readonly HolderBook _holders;
    private readonly SortedDictionary<NodeId, TransferId> _sessions = [];
    private readonly TimerTable _timers = new();
    private readonly Progress _progress;
    private readonly string? _outputPath;
    private ManifestFetch? _fetch;
    private Manifest? _manifest;
    private ChunkMap? _durable;
    private LaneSet? _lanes;
    private long _size;
    private TimeSpan _searchWait = TimeSpan.FromSeconds(1);

    public Download(Instant now, Input.StartDownload start, ISealKeyRing seals, SeededRandom random, PathFinder pathTo)
    {
        (Content, Name, _size, _outputPath) = (start.Content, start.Name, start.Size, start.OutputPath);
        (_seals, _random, _pathTo, _progress) = (seals, random, pathTo, new Progress(now));
        _holders = new HolderBook(pathTo);
        foreach (var holder in start.Holders) _holders.Add(holder.Node, holder.Held);
        _timers.Arm(Timer.HolderSearch, now);
    }

    public ContentId Content { get; }
    public string Name { get; private set; }
    public TransferState State { get; private set; } = TransferState.Searching;
    public Instant NextDeadline => Instant.Min(_timers.Next, State == TransferState.Running && _lanes is not null ? _lanes.NextDeadline : Instant.Never);

    /// <summary>Why no holder is left that would give it; null while there is hope.</summary>
    public string? Hopeless { get; private set; }

    /// <summary>Found in the log at start-up: its files are open already.</summary>
    public void Recover(RecoveredDownload entry, Outbox outbox)
    {
        (_manifest, _size, State) = (entry.Manifest, entry.Manifest.Layout.ContentBytes, TransferState.Resuming);
        UseChunks(entry.Durable, outbox);
        if (!entry.Durable.IsFull) State = TransferState.Resuming;
    }

    public void Start(Instant now, Outbox outbox)
    {
        if (_manifest is not null) return;
        if (_size == 0) OnManifest(Manifest.TryCreate(Content, 0, ReadOnlyMemory<byte>.Empty), outbox);
        else FetchManifest(now, outbox);
    }

    /// <summary>The transfer is a session of this download.</summary>
    public bool Has(TransferId transfer) => _lanes?.Find(transfer) is not null;

    /// <summary>True when it is time to look for holders.</summary>
    public bool TakeSearch(Instant now)
    {
        if (!_timers.TakeIfDue(Timer.HolderSearch, now)) return false;
        if (State is TransferState.Finishing or TransferState.Paused or TransferState.Ended) return false; // OnOpened looks again.
        var satisfied = _lanes is { AnyDelivers: true, NeedsHolders: false };
        _searchWait = satisfied ? SearchWaitMax : _searchWait * 2;
        if (_searchWait > SearchWaitMax) _searchWait = SearchWaitMax;
        _timers.Arm(Timer.HolderSearch, now + _random.Jitter(_searchWait));
        return true;
    }

    /// <summary>Links have changed: look at once.</summary>
    public void SearchNow(Instant now)
    {
        if (_lanes is { AnyDelivers: true, NeedsHolders: false }) return;
        _searchWait = TimeSpan.FromSeconds(1);
        _timers.Arm(Timer.HolderSearch, now);
    }

    public void OnHolder(Instant now, HasFile hit, Outbox outbox)
    {
        if (_size < 0) (_size, Name) = (hit.Size, Name.Length == 0 ? hit.Name : Name);
        if (hit.Size != _size) return; // A lie: the content id fixes the size.
        AddHolder(now, hit.Envelope.Source, hit.Held, outbox);
    }

    public void OnManifestPart(Instant now, ManifestPart part, Outbox outbox)
    {
        if (_fetch is null || _manifest is not null) return;
        if (_fetch.OnPart(part, outbox) is not { } outcome)
        {
            _timers.Arm(Timer.ManifestStalled, now + ManifestPatience);
            return;
        }
        if (outcome.Manifest is null) LeaveHolder(now, _fetch.Holder, RefusalReason.NotShared, outbox);
        else OnManifest(outcome.Manifest, outbox);
    }

    public void OnOpened(Instant now, ChunkMap durable, Outbox outbox)
    {
        if (State == TransferState.Ended) return;
        _timers.Disarm(Timer.DiskRetry);
        foreach (var lane in _lanes?.All.ToList() ?? []) _lanes!.Close(lane.Holder);
        UseChunks(durable, outbox);
        OpenLanes(now, outbox);
        SearchNow(now);
        Report(now, outbox);
    }

    public void OnStalled(Instant now, StorageResult.DownloadStalled stalled, Outbox outbox)
    {
        if (stalled.Trouble == DiskTrouble.BadPath)
        {
            Hopeless = stalled.Text;
            return;
        }
        var first = State != TransferState.Paused;
        State = TransferState.Paused;
        foreach (var lane in _lanes?.All.ToList() ?? []) _lanes!.Close(lane.Holder);
        _timers.Arm(Timer.DiskRetry, now + _random.Jitter(DiskPatience));
        if (first) outbox.Tell(new Notice.DownloadPaused(Status(now), stalled.Text));
    }

    public void OnAccept(Instant now, TransferAccept accept, Outbox outbox)
    {
        if (LaneOf(accept.Transfer, accept.Envelope.Source) is not { IsOpen: false } lane) return;
        if (!_seals.Complete(accept.Transfer, lane.Holder, accept.KeyAnswer.Span))
        {
            outbox.Mail(new Refusal(Envelope.To(lane.Holder), accept.Transfer, RefusalReason.BadKeys));
            LeaveHolder(now, lane.Holder, RefusalReason.BadKeys, outbox);
            return;
        }
        State = TransferState.Running;
        _lanes!.OnAccept(now, lane);
        _lanes.Deal(now, outbox);
    }

    /// <summary>A piece has come: it goes to the disk, or it is of no use.</summary>
    public void OnPiece(Instant now, FileTransfer piece, Payload body, Outbox outbox)
    {
        var lane = LaneOf(piece.Transfer, piece.Envelope.Source);
        if (lane is null || !lane.IsOpen || State != TransferState.Running || (uint)piece.Chunk >= (uint)_durable!.ChunkCount)
        {
            outbox.Add(new Effect.Drop(body));
            return;
        }
        var path = _pathTo(lane.Holder);
        _lanes!.OnReceived(now, lane, piece.PieceBytes);
        _progress.TallyOf(lane.Holder).OnReceived(piece.PieceBytes, piece.Envelope.Hops + 1, path?.Transport ?? "");
        _timers.ArmIfIdle(Timer.ProgressReport, now + ReportEvery);
        if (_durable.Contains(piece.Chunk))
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
        if (_durable!.IsFull) Finish(outbox);
        else _lanes.Deal(now, outbox);
    }

    public void OnRejected(Instant now, StorageResult.ChunkRejected rejected, Outbox outbox)
    {
        if (_lanes is null || _durable!.Contains(rejected.Chunk)) return;
        _progress.OnRejected(rejected.Chunk, _manifest!.Layout.LengthOf(rejected.Chunk));
        _lanes.Return(rejected.Chunk);
        if (_lanes.Find(rejected.Transfer) is { } lane && _holders.OnRejected(lane.Holder))
        {
            outbox.Mail(new Refusal(Envelope.To(lane.Holder), lane.Transfer, RefusalReason.NotWanted));
            LeaveHolder(now, lane.Holder, RefusalReason.SourceChanged, outbox);
        }
        _lanes.Deal(now, outbox);
    }

    public void OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        if (LaneOf(refusal.Transfer, refusal.Envelope.Source) is not { } lane) return;
        _sessions.Remove(lane.Holder);
        if (refusal.Reason == RefusalReason.UnknownTransfer)
        {
            OpenLane(now, lane.Holder, lane.Held, outbox);
            return;
        }
        if (refusal.Reason is RefusalReason.Busy or RefusalReason.LogUnavailable)
        {
            _lanes!.Close(lane.Holder);
            _timers.Arm(Timer.LaneRetry, now + _random.Jitter(BusyPatience));
            return;
        }
        LeaveHolder(now, lane.Holder, refusal.Reason, outbox);
        _lanes!.Deal(now, outbox);
    }

    /// <summary>A holder asks how things stand with a session, or offers to go on after a restart.</summary>
    public void OnResume(Instant now, TransferResume resume, Outbox outbox)
    {
        var holder = resume.Envelope.Source;
        if (_holders.IsStruck(holder)) return;
        if (LaneOf(resume.Transfer, holder) is { IsOpen: true } lane && State == TransferState.Running)
        {
            // It may have asked because it restarted and lost the keys: what it answers to this tells (UnknownTransfer).
            _lanes!.Acknowledge(lane, outbox);
            _lanes.OnRouteFound(now, lane, outbox);
            return;
        }
        if (_lanes is null || State is TransferState.Paused or TransferState.Finishing) AddHolder(now, holder, [], outbox);
        else if (_lanes.Of(holder) is null) OpenLane(now, holder, Held(holder), outbox);
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        if (_lanes?.Of(node) is { IsOpen: true } lane) _lanes.OnRouteFound(now, lane, outbox);
        else if (_lanes?.Of(node) is { } unanswered) OpenLane(now, node, unanswered.Held, outbox);
        else if (_fetch?.Holder == node && _manifest is null) _fetch.Start(outbox);
    }

    public void OnRouteLost(Instant now, NodeId node, Outbox outbox)
    {
        if (_lanes?.Of(node) is not { } lane) return;
        _lanes.OnRouteLost(lane);
        _lanes.Deal(now, outbox);
        // Mail to the lost holder makes the engine look for a new way at once, long before the holder's 20 s are over.
        _lanes.Acknowledge(lane, outbox);
        SearchNow(now);
    }

    public void OnTick(Instant now, Outbox outbox)
    {
        if (_timers.TakeIfDue(Timer.ManifestStalled, now) && _manifest is null) NextManifestHolder(now, outbox);
        if (_timers.TakeIfDue(Timer.DiskRetry, now)) outbox.Store(new StorageRequest.RetryDownload(Content));
        if (_timers.TakeIfDue(Timer.LaneRetry, now)) OpenLanes(now, outbox);
        if (_timers.TakeIfDue(Timer.ProgressReport, now)) Report(now, outbox);
        if (_lanes is null || State != TransferState.Running) return;
        foreach (var dead in _lanes.OnTick(now, outbox)) OpenLane(now, dead.Holder, dead.Held, outbox);
        _lanes.Deal(now, outbox);
    }

    public DownloadStatus Status(Instant now) => _progress.Status(
        now, Content, Name, _size, State, DurableBytes(), _lanes?.All ?? []);

    public void End(Outbox outbox, RefusalReason? reason)
    {
        State = TransferState.Ended;
        foreach (var (holder, transfer) in _sessions) // The latest with each holder: it has replaced the older ones there.
        {
            RoutedMessage last = reason is { } why
                ? new Refusal(Envelope.To(holder), transfer, why) : new Receipt(Envelope.To(holder), transfer);
            outbox.Mail(last);
        }
        foreach (var lane in _lanes?.All.ToList() ?? []) _lanes!.Close(lane.Holder);
    }

    private void AddHolder(Instant now, NodeId holder, IReadOnlyList<ChunkRange> held, Outbox outbox)
    {
        if (!_holders.Add(holder, held)) return;
        if (_manifest is null)
        {
            if (_size == 0) Start(now, outbox);
            else if (_fetch is null) FetchManifest(now, outbox);
            return;
        }
        if (_lanes is null || State is TransferState.Paused or TransferState.Finishing) return;
        if (_lanes.Of(holder) is not { } lane)
        {
            OpenLane(now, holder, Held(holder), outbox);
            return;
        }
        lane.Learn(held);
        _lanes.Deal(now, outbox);
    }

    private void FetchManifest(Instant now, Outbox outbox)
    {
        if (_holders.Count == 0) return;
        State = TransferState.Starting;
        _fetch = new ManifestFetch(Content, _holders.Nearest[0]);
        _fetch.Start(outbox);
        _timers.Arm(Timer.ManifestStalled, now + ManifestPatience);
    }

    /// <summary>The holder did not answer in time: another one, or the same again.</summary>
    private void NextManifestHolder(Instant now, Outbox outbox)
    {
        if (_fetch is not null) _holders.PutBack(_fetch.Holder);
        _fetch = null;
        FetchManifest(now, outbox);
    }

    private void OnManifest(Manifest? manifest, Outbox outbox)
    {
        if (manifest is null)
        {
            Hopeless = "the content id does not belong to an empty file";
            return;
        }
        (_manifest, _fetch, _size, State) = (manifest, null, manifest.Layout.ContentBytes, TransferState.Starting);
        _timers.Disarm(Timer.ManifestStalled);
        outbox.Store(new StorageRequest.OpenDownload(manifest, Name, _outputPath));
    }

    private void UseChunks(ChunkMap durable, Outbox outbox)
    {
        _durable = durable.Copy();
        _lanes = new LaneSet(_manifest!, _durable, _seals, _random, _pathTo);
        State = TransferState.Running;
        if (_durable.IsFull) Finish(outbox);
    }

    private void Finish(Outbox outbox)
    {
        State = TransferState.Finishing;
        outbox.Store(new StorageRequest.FinishDownload(Content));
    }

    private void OpenLanes(Instant now, Outbox outbox)
    {
        if (_lanes is null || State != TransferState.Running) return;
        foreach (var holder in _holders.Nearest)
            if (_lanes.Of(holder) is null && _lanes.All.Count < LaneSet.LanesMax) OpenLane(now, holder, Held(holder), outbox);
    }

    private void OpenLane(Instant now, NodeId holder, ChunkMap held, Outbox outbox)
    {
        _lanes!.Open(now, holder, held, outbox);
        if (_lanes.Of(holder) is { } lane) _sessions[holder] = lane.Transfer;
        if (State == TransferState.Resuming) State = TransferState.Running;
    }

    /// <summary>This holder is of no use for this content. When it was the last, the download may be hopeless.</summary>
    private void LeaveHolder(Instant now, NodeId holder, RefusalReason reason, Outbox outbox)
    {
        _holders.Strike(holder, reason);
        _lanes?.Close(holder);
        if (_fetch?.Holder == holder) NextManifestHolder(now, outbox);
        Hopeless = _holders.WhyHopeless();
        if (Hopeless is null) SearchNow(now);
    }

    private Lane? LaneOf(TransferId transfer, NodeId holder) => _lanes?.Of(holder) is { } lane && lane.Transfer == transfer ? lane : null;

    private ChunkMap Held(NodeId holder) => _holders.MapOf(holder, _manifest!.Layout.ChunkCount);

    private long DurableBytes()
    {
        if (_durable is null || _durable.IsEmpty) return 0;
        var layout = _manifest!.Layout;
        var last = layout.ChunkCount - 1;
        return (long)_durable.Count * layout.ChunkBytes - (_durable.Contains(last) ? layout.ChunkBytes - layout.LengthOf(last) : 0);
    }

    private void Report(Instant now, Outbox outbox) => outbox.Tell(new Notice.DownloadProgressed(Status(now)));
}
