using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// A download of one content, from the request to the end: its holders, its stage, and when to look for more holders.
/// Once a chunk is durable only three things end it: the whole file, the user, and the retention time. Whatever holders
/// say, or somebody in their name, is waited out. A download of which nothing has come ends when its holders refuse.
/// </summary>
internal sealed class Download
{
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);
    private static readonly Reason ByUser = new("paused by its user: 'resume' lets it go on");

    private readonly DownloadContext _context;
    private readonly Holders _holders;
    private readonly Progress _progress;
    private readonly HolderSearch _search;
    private readonly Deadline _manifestStalled;
    private readonly Deadline _diskRetry;
    private readonly Deadline _laneRetry;
    private readonly Deadline _report;
    private readonly Deadline _givenUp;
    private readonly string? _outputPath;
    private readonly bool _overwrites;
    private bool _isPrivate;
    private readonly long _sizeAsked;
    private FileTraits _traits;
    private DownloadStage _stage;
    private Reason? _hopeless;
    private bool _isPaused, _isHeld; // By the disk; by its user.
    private Instant _maySearchFrom;

    public Download(Instant now, Input.StartDownload start, DownloadContext context)
    {
        (Content, Name, _sizeAsked, _outputPath) = (start.Content, start.Name, start.Size, start.OutputPath);
        (_context, _progress, _traits, IsPublic) = (context, new Progress(now), start.Traits, start.IsPublic);
        (_overwrites, _isPrivate) = (start.Overwrites, start.IsPrivate);
        _search = new HolderSearch(context.Deadlines.New(this, CoreTimer.HolderSearch), context.Chance);
        _manifestStalled = context.Deadlines.New(this, CoreTimer.ManifestStalled);
        _diskRetry = context.Deadlines.New(this, CoreTimer.DiskRetry);
        _laneRetry = context.Deadlines.New(this, CoreTimer.LaneRetry);
        _report = context.Deadlines.New(this, CoreTimer.ProgressReport);
        _givenUp = context.Deadlines.New(this, CoreTimer.DownloadGivenUp);
        _holders = new Holders(Content, context.PathTo, context.Holders);
        _stage = new ManifestFetch(Content, _holders, _manifestStalled, start.SizeMax);
        foreach (var holder in start.Holders) _holders.Add(now, holder.Node, holder.Held, holder.Size);
        _search.Now(now);
        _givenUp.Arm(now + context.Options.Retention);
    }

    public ContentId Content { get; }
    public string Name { get; private set; }

    /// <summary>Holders outside this node's network are looked for and asked, too.</summary>
    public bool IsPublic { get; private set; }
    public TransferState State => _isPaused || (_isHeld && _stage.State != TransferState.Finishing)
        ? TransferState.Paused
        : _stage.State == TransferState.Running && _progress.Pause is not null ? TransferState.Searching : _stage.State;

    /// <summary>Why it can only fail; null while there is hope, or something to lose.</summary>
    public Reason? Hopeless => _hopeless
        ?? (!HasDurable && _holders.WhyHopeless() is { } why ? new Reason(why) : null);

    /// <summary>The last session that each holder opened.</summary>
    public IEnumerable<KeyValuePair<NodeId, TransferId>> Sessions => Running?.Sessions ?? [];

    /// <summary>Storage was asked to abandon it, and its answer decides whether that was too late.</summary>
    public bool IsBeingAbandoned { get; set; }

    private string? WhyStarved => _stage is ManifestFetch { State: TransferState.Searching } fetch
        ? fetch.WhyStruck ?? "no node that has it is within reach" : Running?.WhyStarved;

    /// <summary>Null until its files are open.</summary>
    public RunningDownload? Running => _stage as RunningDownload;
    private bool HasDurable => Running is { IsEmpty: false };

    /// <summary>Found in the log at start-up: its files are open already.</summary>
    public void Recover(Instant now, RecoveredDownload entry, Outbox outbox)
    {
        var running = Run(entry.Manifest, entry.Durable, isResuming: true);
        var (retention, grace) = (_context.Options.Retention, _context.Options.RetentionGrace);
        _givenUp.Arm(Instant.Max(now + retention - entry.LastProgress, now + grace));
        running.FinishIfWhole(outbox);
        if (entry.IsPaused) Hold(outbox);
    }

    public void Start(Instant now, Outbox outbox)
    {
        if (_stage is ManifestFetch fetch && _holders.Count > 0) fetch.Start(now, outbox);
    }

    /// <summary>Its user pauses it. What has come whole becomes durable still.</summary>
    public void Pause(Instant now, Outbox outbox)
    {
        if (_isHeld || State == TransferState.Finishing) return;
        Hold(outbox);
        if (Running is not null) outbox.Store(new StorageRequest.PauseDownload(Content, IsPaused: true));
        outbox.Tell(new Notice.DownloadPaused(Status(now), ByUser));
    }

    /// <summary>Its user lets it go on, with those who had paused it themselves, too.</summary>
    public void Resume(Instant now, Outbox outbox)
    {
        if (!_isHeld) return;
        _isHeld = false;
        _givenUp.Arm(now + _context.Options.Retention);
        if (Running is { } running)
        {
            outbox.Store(new StorageRequest.PauseDownload(Content, IsPaused: false));
            running.GoOn(now, isPaused: _isPaused, outbox);
        }
        else (_stage as ManifestFetch)?.Start(now, outbox);
        SearchNow(now);
        outbox.Tell(new Notice.DownloadProgressed(Status(now)));
    }

    /// <summary>Links have changed: looks for holders at once.</summary>
    public void SearchNow(Instant now)
    {
        if (_isHeld || Running is { HasHolders: true }) return;
        _search.Now(now);
    }

    /// <summary>
    /// The user asks for it again: hears at once how it stands, and holders that were left are asked again.
    /// </summary>
    public void OnAskedAgain(Instant now, Input.StartDownload start, Outbox outbox)
    {
        IsPublic |= start.IsPublic;
        _isPrivate &= start.IsPrivate;
        _holders.Forgive();
        (_stage as ManifestFetch)?.AllowSize(start.SizeMax);
        foreach (var holder in start.Holders.Where(holder => !_holders.Knows(holder.Node)))
            if (_holders.Add(now, holder.Node, holder.Held, holder.Size)) UseHolder(now, holder.Node, outbox);
        SearchNow(now);
        var status = Status(now);
        // Whoever refused is asked once more, so the refusal is not the end of this request.
        outbox.Tell(status.Pause is { } why
            ? new Notice.DownloadPaused(status, why with { IsRefusal = false })
            : new Notice.DownloadProgressed(status));
    }

    /// <summary>True when a search for holders is to be started.</summary>
    public bool OnSearchDue(Instant now, Outbox outbox)
    {
        // OnOpened searches again.
        if (_isPaused || _isHeld || State == TransferState.Finishing) return false;
        if (_search.IsInVain && WhyStarved is { } why) Wait(now, new Reason(why), outbox);
        _search.Next(now, Running is { HasHolders: true });
        return !_isPrivate;
    }

    public QueryId NextQuery() => _search.NextQuery();

    public bool Asked(QueryId query) => _search.Asked(query);

    public void OnHolder(Instant now, HasFile hit, Outbox outbox)
    {
        if (Name.Length == 0) Name = hit.Name;
        if (_traits == default) _traits = hit.Traits;
        if (_holders.Add(now, hit.Envelope.Source, hit.Held, hit.Size)) UseHolder(now, hit.Envelope.Source, outbox);
    }

    /// <summary>It says by itself that it holds the content.</summary>
    public void OnHolder(Instant now, KnownHolder holder, Outbox outbox)
    {
        if (_holders.Knows(holder.Node) && Running is null or { HasHolders: true }) return;
        if (_holders.Add(now, holder.Node, holder.Held, holder.Size)) UseHolder(now, holder.Node, outbox);
    }

    public void OnManifestPart(Instant now, ManifestPart part, Outbox outbox)
    {
        if (_isHeld || _stage is not ManifestFetch fetch) return;
        if (fetch.OnPart(now, part, outbox) is { } manifest)
        {
            _manifestStalled.Disarm();
            _stage = new OpeningDownload(manifest);
            outbox.Store(new StorageRequest.OpenDownload(manifest, Name, _outputPath)
            {
                Traits = _traits, IsPublic = IsPublic, Overwrites = _overwrites, IsPrivate = _isPrivate,
            });
        }
        else if (fetch.IsDeserted) _hopeless = new Reason(Holders.Explain(RefusalReason.NotShared));
    }

    public void OnOpened(Instant now, ChunkMap durable, Outbox outbox)
    {
        // Nothing was opened without a manifest: the answer is for an earlier download of this content.
        if (_stage is OpeningDownload opening)
        {
            Run(opening.Manifest, durable, isResuming: false);
            if (_isHeld) outbox.Store(new StorageRequest.PauseDownload(Content, IsPaused: true));
        }
        if (Running is not { } running) return;
        if (_isHeld) running.Hold(outbox);
        _isPaused = false;
        _progress.OnResumed();
        _diskRetry.Disarm();
        running.Open(now, durable, outbox);
        SearchNow(now);
        outbox.Tell(new Notice.DownloadProgressed(Status(now)));
    }

    public void OnStalled(Instant now, StorageResult.DownloadStalled stalled, Outbox outbox)
    {
        if (_stage is ManifestFetch) return; // As in OnOpened.
        if (stalled.Trouble == DiskTrouble.BadPath)
        {
            _hopeless = new Reason(stalled.Text, IsOfDisk: true);
            return;
        }
        _diskRetry.Arm(now + _context.Chance.Random.Jitter(DiskPatience));
        if (_isPaused) return;
        _isPaused = true;
        Running?.CloseLanes();
        Wait(now, new Reason(stalled.Text, IsOfDisk: true), outbox);
    }

    public void OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        OnLost(now, Running?.OnRefusal(now, refusal, outbox), outbox);
        if (refusal.Reason != RefusalReason.Paused || WhyStarved is not { } why) return;
        Wait(now, new Reason(why), outbox);
        _search.Hurry(now);
    }

    public void OnRejected(Instant now, StorageResult.ChunkRejected rejected, Outbox outbox) =>
        OnLost(now, Running?.OnRejected(now, rejected, outbox), outbox);

    public void OnPiece(Instant now, FileTransfer piece, Payload body, Outbox outbox)
    {
        if (Running is not { } running) outbox.Add(new Effect.Drop(body));
        else if (running.OnPiece(now, piece, body, outbox)) _report.ArmIfIdle(now + ReportEvery);
    }

    public void OnDurable(Instant now, IReadOnlyList<int> chunks, Outbox outbox)
    {
        if (!_isHeld) _givenUp.Arm(now + _context.Options.Retention);
        if (Running?.OnDurable(now, chunks, outbox) == true) _isPaused = false;
        if (Running is { HasHolders: false } && !_isHeld) _search.Soon(now);
    }

    /// <summary>A holder asks how things stand with a session, or offers to go on after a restart.</summary>
    public void OnResume(Instant now, TransferResume resume, Outbox outbox)
    {
        var holder = resume.Envelope.Source;
        if (_isHeld)
        {
            Running?.SayHeld(now, resume, outbox);
            return;
        }
        if (_holders.IsStruck(now, holder) || Running?.OnResume(now, resume, outbox) == true) return;
        if (_holders.Knows(holder)) UseHolder(now, holder, outbox);
        else if (now >= _maySearchFrom && _context.SearchesOnWord.TryTake(now))
        {
            // Its answer to a search names the chunks that it has now. Anybody may ask, in any name.
            _maySearchFrom = now + HolderSearch.Shortest;
            _search.AtOnce(now);
        }
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        if (_isHeld) return;
        if (_stage is ManifestFetch fetch && _holders.Knows(node)) fetch.OnHolder(now, node, outbox);
        Running?.OnRouteFound(now, node, outbox);
    }

    public void OnUnreachable(Instant now, NodeId node, Outbox outbox)
    {
        if (Running?.OnUnreachable(now, node, outbox) == true) SearchNow(now);
    }

    public void OnDue(Instant now, CoreTimer timer, Outbox outbox)
    {
        switch (timer)
        {
            case CoreTimer.ManifestStalled: (_stage as ManifestFetch)?.OnStalled(now, outbox); break;
            case CoreTimer.DiskRetry: outbox.Store(new StorageRequest.RetryDownload(Content)); break;
            case CoreTimer.LaneRetry when !_isPaused: Running?.OpenLanes(now, outbox); break;
            case CoreTimer.ProgressReport: outbox.Tell(new Notice.DownloadProgressed(Status(now))); break;
        }
    }

    public void OnDue(Instant now, Lane lane, CoreTimer timer, Outbox outbox) =>
        Running?.OnDue(now, lane, timer, outbox);

    public DownloadStatus Status(Instant now)
    {
        var manifest = (_stage as OpeningDownload)?.Manifest ?? Running?.Manifest;
        var (size, durable) = (manifest?.Layout.ContentBytes ?? _sizeAsked, Running?.DurableBytes ?? 0);
        return _progress.Status(now, Content, Name, size, State, durable, Running?.Lanes ?? []) with
        {
            GivenUpIn = _givenUp.IsArmed ? _givenUp.At - now : null,
            Pause = State == TransferState.Paused && _isHeld ? ByUser : _progress.Pause,
            OutputPath = _outputPath,
        };
    }

    /// <summary>Disarms all deadlines; the holders get a Refusal with this reason, or a Receipt when there is none.
    /// </summary>
    public void End(RefusalReason? reason, Outbox outbox)
    {
        foreach (var deadline in (Deadline[])[_manifestStalled, _diskRetry, _laneRetry, _report, _givenUp])
            deadline.Disarm();
        _search.Stop();
        Running?.End(reason, outbox);
        _holders.Clear();
    }

    private void Hold(Outbox outbox)
    {
        _isHeld = true;
        foreach (var deadline in (Deadline[])[_manifestStalled, _laneRetry, _report, _givenUp]) deadline.Disarm();
        _search.Stop();
        Running?.Hold(outbox);
    }

    private void Wait(Instant now, Reason reason, Outbox outbox)
    {
        if (_progress.OnPause(reason) && !_isHeld) outbox.Tell(new Notice.DownloadPaused(Status(now), reason));
    }

    private RunningDownload Run(Manifest manifest, ChunkMap durable, bool isResuming)
    {
        var running = new RunningDownload(manifest, durable, isResuming, _context, _holders, _progress, _laneRetry);
        _stage = running;
        return running;
    }

    private void UseHolder(Instant now, NodeId holder, Outbox outbox)
    {
        if (_isHeld) return;
        if (_stage is ManifestFetch fetch) fetch.OnHolder(now, holder, outbox);
        else if (!_isPaused) Running?.OnHolder(now, holder, outbox);
    }

    private void OnLost(Instant now, LostHolder? lost, Outbox outbox)
    {
        if (lost is not { } left) return;
        if (_holders.OnLost(now, left, HasDurable) is { } why) Wait(now, why, outbox);
        if (Hopeless is null) SearchNow(now);
    }
}
