using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>This node as a requester: its downloads, found in constant time by content, session or holder.</summary>
internal sealed class Downloads(DownloadContext context)
{
    /// <summary>
    /// Sessions, remembered so that their holders get a receipt when they ask late. Whoever names another session hears
    /// "not wanted", which ends an entry just as well, and does not learn whether this node ever had the content.
    /// </summary>
    private const int FinishedMax = 10_000;

    private static readonly Reason Cancelled = new("cancelled");

    private readonly Dictionary<ContentId, Download> _downloads = [];
    private readonly Dictionary<TransferId, (NodeId Holder, ContentId Content)> _finished = [];
    private readonly Queue<TransferId> _finishedByAge = [];

    /// <summary>
    /// Contents whose download has ended while storage still works on its abandoning, and how often. Storage answers
    /// in order: what it says of such a content is not about a download that was requested since.
    /// </summary>
    private readonly Dictionary<ContentId, int> _abandoned = [];

    public void Recover(Instant now, IReadOnlyList<RecoveredDownload> entries, Outbox outbox)
    {
        foreach (var entry in entries)
        {
            var size = entry.Manifest.Layout.ContentBytes;
            var start = new Input.StartDownload(entry.Manifest.Id, entry.Name, size, [], entry.OutputPath)
            {
                IsPublic = entry.IsPublic, IsPrivate = entry.IsPrivate,
            };
            Add(now, start).Recover(now, entry, outbox);
        }
    }

    /// <summary>A second request for the same content joins the first, and is told how that stands.</summary>
    public void Start(Instant now, Input.StartDownload start, Outbox outbox)
    {
        if (_downloads.TryGetValue(start.Content, out var known)) known.OnAskedAgain(now, start, outbox);
        // What was begun outside any network goes on with whom it was begun.
        else Add(now, start with
        {
            IsPublic = start.IsPublic || (!start.IsPrivate && !context.Network.IsMember()),
        }).Start(now, outbox);
    }

    /// <summary>False when there is no such download.</summary>
    public bool Cancel(Instant now, ContentId content, Outbox outbox)
    {
        if (!_downloads.TryGetValue(content, out var download)) return false;
        if (download.State == TransferState.Finishing)
        {
            // While the file gets its name only the disk knows whether it is too late: its answer says which it was.
            download.IsBeingAbandoned = true;
            outbox.Store(new StorageRequest.AbandonDownload(content));
        }
        else Fail(now, download, RefusalReason.Cancelled, Cancelled, outbox);
        return true;
    }

    public void OnPause(Instant now, Input.Pause pause, Outbox outbox) => With(now, pause.Content, outbox, download =>
    {
        if (pause.IsPaused) download.Pause(now, outbox);
        else download.Resume(now, outbox);
    });

    /// <summary>What waited for the old limits looks at the new ones.</summary>
    public void OnLimit(Instant now, Input.LimitDown limit)
    {
        context.Limits.Set(limit.Rules);
        foreach (var lane in context.Lanes.Values.Where(lane => lane.Limited.IsArmed)) lane.Limited.Arm(now);
    }

    /// <summary>The download of this content has searched for holders under this id, and for such as this one.
    /// </summary>
    public bool HaveAsked(HasFile hit, bool isSealed) =>
        _downloads.TryGetValue(hit.Content, out var download) && download.Asked(hit.Query)
        && (isSealed || download.IsPublic);

    /// <summary>It is a holder of one of them.</summary>
    public bool Knows(NodeId node) => context.Holders.Knows(node);

    public void OnHolder(Instant now, HasFile hit, Outbox outbox) =>
        With(now, hit.Content, outbox, download => download.OnHolder(now, hit, outbox));

    public void OnHolder(Instant now, ContentId content, KnownHolder holder, Outbox outbox) =>
        With(now, content, outbox, download => download.OnHolder(now, holder, outbox));

    public void OnManifestPart(Instant now, ManifestPart part, Outbox outbox) =>
        With(now, part.Content, outbox, download => download.OnManifestPart(now, part, outbox));

    public void OnAccept(Instant now, TransferAccept accept, Outbox outbox)
    {
        if (context.Lanes.TryGetValue(accept.Transfer, out var lane))
            With(now, lane.Content, outbox, download => download.Running?.OnAccept(now, accept, outbox));
    }

    public void OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        if (context.Lanes.TryGetValue(refusal.Transfer, out var lane))
            With(now, lane.Content, outbox, download => download.OnRefusal(now, refusal, outbox));
    }

    public void OnPiece(Instant now, FileTransfer piece, Payload body, Outbox outbox)
    {
        if (context.Lanes.TryGetValue(piece.Transfer, out var lane)
            && _downloads.TryGetValue(lane.Content, out var download))
        {
            download.OnPiece(now, piece, body, outbox);
            return;
        }
        outbox.Add(new Effect.Drop(body));
        // The rest of what is finished or was dealt anew is common; a session that goes on for chunks and is not known
        // here means that this node restarted. One word for each chunk is enough.
        if (piece.Offset > 0) return;
        context.Words.Disown(now, piece.Transfer, piece.Envelope.Source, outbox);
    }

    public void OnResume(Instant now, TransferResume resume, Outbox outbox)
    {
        if (_downloads.TryGetValue(resume.Content, out var download))
        {
            download.OnResume(now, resume, outbox);
            return;
        }
        if (!context.Words.MayAnswer(now)) return;
        var (transfer, content, holder) = (resume.Transfer, resume.Content, resume.Envelope.Source);
        RoutedMessage answer = _finished.GetValueOrDefault(transfer) == (holder, content)
            ? context.Words.Receive(transfer, content, holder)
            : context.Words.Refuse(transfer, content, holder, RefusalReason.NotWanted);
        outbox.Route(answer);
    }

    /// <summary>False when the result is not a download's.</summary>
    public bool OnStored(Instant now, StorageResult result, Outbox outbox)
    {
        switch (result)
        {
            case StorageResult.DownloadOpened opened:
                Of(now, opened.Content, outbox, download => download.OnOpened(now, opened.Durable, outbox));
                return true;
            case StorageResult.DownloadStalled stalled:
                Of(now, stalled.Content, outbox, download => download.OnStalled(now, stalled, outbox));
                return true;
            case StorageResult.ChunksDurable durable:
                Of(now, durable.Content, outbox, download => download.OnDurable(now, durable.Chunks, outbox));
                return true;
            case StorageResult.ChunkRejected rejected:
                Of(now, rejected.Content, outbox, download => download.OnRejected(now, rejected, outbox));
                return true;
            case StorageResult.PiecesDropped dropped:
                Of(now, dropped.Content, outbox, download => download.Running?.OnDropped(now, dropped, outbox));
                return true;
            case StorageResult.DownloadFinished finished:
                OnFinished(now, finished, outbox);
                return true;
            case StorageResult.DownloadAbandoned abandoned:
                if (!IsOfAnEarlierOne(abandoned.Content)
                    && _downloads.TryGetValue(abandoned.Content, out var cancelled) && cancelled.IsBeingAbandoned)
                    End(now, cancelled, RefusalReason.Cancelled, Cancelled, outbox);
                OnAbandoned(abandoned.Content);
                outbox.Tell(new Notice.DownloadDiscarded(abandoned.Content, abandoned.LeftBehind));
                return true;
            default:
                return false;
        }
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        foreach (var content in context.Holders.Of(node)) _downloads[content].OnRouteFound(now, node, outbox);
    }

    public void OnUnreachable(Instant now, NodeId node, Outbox outbox)
    {
        foreach (var content in context.Holders.Of(node)) _downloads[content].OnUnreachable(now, node, outbox);
    }

    /// <summary>A link to a neighbour was lost, and what was on it.</summary>
    public void OnPathLost(Instant now, NodeId neighbour, Outbox outbox)
    {
        foreach (var download in InOrder) download.Running?.OnPathLost(now, neighbour, outbox);
    }

    public void OnLinkUp(Instant now)
    {
        foreach (var download in InOrder) download.SearchNow(now);
    }

    /// <summary>True when the network is to be searched for holders of the download.</summary>
    public bool OnDue(Instant now, Download download, CoreTimer timer, Outbox outbox)
    {
        if (timer == CoreTimer.HolderSearch) return download.OnSearchDue(now, outbox);
        if (timer == CoreTimer.DownloadGivenUp) GiveUp(now, download, outbox);
        else download.OnDue(now, timer, outbox);
        return false;
    }

    public void OnDue(Instant now, Lane lane, CoreTimer timer, Outbox outbox)
    {
        if (_downloads.TryGetValue(lane.Content, out var download)) download.OnDue(now, lane, timer, outbox);
    }

    public IReadOnlyList<DownloadStatus> Status(Instant now) => [.. InOrder.Select(download => download.Status(now))];

    private IEnumerable<Download> InOrder => _downloads.Values.OrderBy(download => download.Content);

    private Download Add(Instant now, Input.StartDownload start)
    {
        var download = new Download(now, start, context);
        _downloads.Add(start.Content, download);
        return download;
    }

    private void With(Instant now, ContentId content, Outbox outbox, Action<Download> act)
    {
        if (!_downloads.TryGetValue(content, out var download)) return;
        act(download);
        if (download.Hopeless is { } reason) Fail(now, download, RefusalReason.NotWanted, reason, outbox);
    }

    /// <summary>Storage says something of the download.</summary>
    private void Of(Instant now, ContentId content, Outbox outbox, Action<Download> act)
    {
        if (!IsOfAnEarlierOne(content)) With(now, content, outbox, act);
    }

    private bool IsOfAnEarlierOne(ContentId content) => _abandoned.ContainsKey(content);

    private void OnAbandoned(ContentId content)
    {
        if (!_abandoned.TryGetValue(content, out var times)) return;
        if (times > 1) _abandoned[content] = times - 1;
        else _abandoned.Remove(content);
    }

    private void OnFinished(Instant now, StorageResult.DownloadFinished finished, Outbox outbox)
    {
        if (IsOfAnEarlierOne(finished.Content))
        {
            OnAbandoned(finished.Content); // It came too late to abandon it.
            return;
        }
        if (!_downloads.Remove(finished.Content, out var download)) return;
        foreach (var (holder, transfer) in download.Sessions) Remember(transfer, holder, finished.Content);
        outbox.Tell(new Notice.DownloadCompleted(download.Status(now), finished.Path, finished.AlreadyThere)
        {
            Remarks = finished.Remarks,
        });
        download.End(reason: null, outbox);
    }

    private void Remember(TransferId transfer, NodeId holder, ContentId content)
    {
        if (_finished.TryAdd(transfer, (holder, content))) _finishedByAge.Enqueue(transfer);
        if (_finishedByAge.Count > FinishedMax) _finished.Remove(_finishedByAge.Dequeue());
    }

    private void GiveUp(Instant now, Download download, Outbox outbox)
    {
        var reason = new Reason($"given up: no progress for {context.Options.Retention.TotalDays:0.#} days");
        outbox.Tell(new Notice.TransferGivenUp(download.Name, null, context.Options.Retention));
        Fail(now, download, RefusalReason.NotWanted, reason, outbox);
    }

    private void Fail(Instant now, Download download, RefusalReason reason, Reason text, Outbox outbox)
    {
        End(now, download, reason, text, outbox);
        _abandoned[download.Content] = _abandoned.GetValueOrDefault(download.Content) + 1;
        outbox.Store(new StorageRequest.AbandonDownload(download.Content));
    }

    private void End(Instant now, Download download, RefusalReason reason, Reason text, Outbox outbox)
    {
        _downloads.Remove(download.Content);
        outbox.Tell(new Notice.DownloadFailed(download.Status(now), text));
        download.End(reason, outbox);
    }
}
