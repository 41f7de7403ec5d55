using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// This node as a holder. The log comes first: no byte leaves before the entry is durable, and there is none before the
/// requester has shown that it has the session's keys. The entry goes only when the requester has everything (Receipt)
/// or wants nothing (Refusal). In between nothing can end a transfer:
/// whatever falls silent is asked again after 20, 40, 80 s …, and at once when a route to the requester appears. Only
/// what the requester then names is sent again, so a chunk that it has is never sent twice. docs/protocol.md §6.
/// </summary>
internal sealed class Uploads
{
    /// <summary>
    /// Requests kept while the log is being flushed. An honest requester sends one and waits for the accept; what is
    /// lost beyond that it asks for again.
    /// </summary>
    private const int EarlyMax = 4;

    private static readonly TimeSpan NoteAckedEvery = TimeSpan.FromSeconds(5);

    private readonly EngineOptions _options;
    private readonly ISealKeyRing _seals;
    private readonly FinalWords _words;
    private readonly Deadlines _deadlines;
    private readonly PathFinder _pathTo;
    private readonly UploadTable _uploads;
    private readonly KeyOffers _offers;
    private readonly EndedSessions _ended;
    private readonly SendTurns _turns;
    private readonly RequesterWatch _watch;
    private readonly UploadPlaces _places;
    private readonly UploadPauses _pauses;

    public Uploads(
        EngineOptions options, ISealKeyRing seals, SeededRandom random, Deadlines deadlines, KeyedIds ids,
        PathFinder pathTo, PieceRoomFinder roomFor)
    {
        (_options, _seals, _deadlines, _pathTo) = (options, seals, deadlines, pathTo);
        (_words, _uploads, _ended) = (new FinalWords(seals), new UploadTable(ids), new EndedSessions(ids));
        (_offers, _places) = (new KeyOffers(seals, ids), new UploadPlaces(ids));
        _turns = new SendTurns(deadlines, pathTo, roomFor);
        _watch = new RequesterWatch(options, random, pathTo);
        _pauses = new UploadPauses(_uploads, _words, _watch, Suspend);
    }

    public void Start(Instant now, IReadOnlyList<RecoveredUpload> recovered, Outbox outbox)
    {
        foreach (var entry in recovered.OrderByDescending(entry => entry.LastAck))
        {
            var upload = Upload.Recover(entry, now, _deadlines);
            _uploads.Add(upload);
            _places.Add(NodeId.None, upload);
            _uploads.Enter(upload);
            _watch.OnProgress(upload);
            _watch.Ask(now, upload, outbox);
        }
    }

    /// <summary>It is the requester of one of them.</summary>
    public bool Knows(NodeId node) => _uploads.Knows(node);

    /// <param name="via">The neighbour over which it came.</param>
    public void OnRequest(Instant now, NodeId via, TransferRequest request, Outbox outbox)
    {
        if (_pauses.Refuses(now, request, outbox)) return;
        if (_uploads.Find(request.Transfer) is { } known) OnKnown(now, known, request, outbox);
        else if (_offers.Find(request.Transfer) is { } offer) OnOffered(now, offer, request, outbox);
        else if (request.KeyOffer.IsEmpty || _ended.Contains(request.Transfer))
            _words.Disown(now, request.Transfer, request.Envelope.Source, outbox);
        else if (!HasRoom(now, via, request.Envelope.Source, request.Content))
            outbox.Route(_words.Refuse(request, RefusalReason.Busy));
        else if (!_offers.Answer(via, request, outbox)) outbox.Route(_words.Refuse(request, RefusalReason.BadKeys));
    }

    public void OnOpened(Instant now, StorageResult.UploadOpened result, Outbox outbox)
    {
        if (_uploads.Find(result.Transfer) is not { Stage: OpeningUpload opening } upload) return;
        // The log has replaced the older session of the same pair: so do we.
        if (_uploads.Enter(upload) is { } replaced) Forget(replaced);
        var running = new RunningUpload(
            upload.Transfer, upload.Requester, result.Name, result.Layout, opening.Channel);
        upload.Stage = running;
        if (_pauses.OnOpened(upload, outbox)) return;
        foreach (var request in opening.Early) OnWanted(now, upload, running, request);
    }

    public void OnRefused(StorageResult.UploadRefused result, Outbox outbox)
    {
        if (_uploads.Find(result.Transfer) is not { } upload) return;
        Refuse(upload, result.Reason, outbox);
        Forget(upload);
    }

    public void OnAck(Instant now, Ack ack, Outbox outbox)
    {
        if (_uploads.Find(ack.Transfer, ack.Envelope.Source) is not { Running: { } running } upload) return;
        if (!running.Channel.Takes(ack)) return;
        var hasDelivered = upload.OnAck(now, running, ack);
        if (hasDelivered)
        {
            _watch.OnProgress(upload);
            _places.OnDelivered(upload);
        }
        if (hasDelivered || !running.HasUnacked)
        {
            upload.Silences = 0;
            _watch.Wait(now, upload);
        }
        if (now - upload.NotedAt >= NoteAckedEvery)
        {
            outbox.Store(new StorageRequest.NoteAcked(upload.Transfer, upload.AckedBytes));
            upload.NotedAt = now;
        }
        Wake(upload);
    }

    /// <summary>The requester has all of it.</summary>
    public void OnReceipt(Instant now, Receipt receipt, Outbox outbox)
    {
        if (_uploads.Find(receipt.Transfer, receipt.Envelope.Source) is not { } upload) return;
        if (_words.IsProven(receipt, upload.Content)) End(now, upload, "completed", outbox);
        else _watch.Ask(now, upload, outbox);
    }

    public void OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        if (_uploads.Find(refusal.Transfer, refusal.Envelope.Source) is not { } upload) return;
        // Else somebody says so in its name, or the proof was damaged: the requester knows.
        var reason = _words.IsProven(refusal, upload.Content) ? refusal.Reason : (RefusalReason?)null;
        switch (reason)
        {
            case RefusalReason.UnknownTransfer when upload.Stage is OpeningUpload: break;
            case RefusalReason.UnknownTransfer:
                // It may still want the content: ask.
                Suspend(upload);
                _watch.Ask(now, upload, outbox);
                break;
            case RefusalReason.Cancelled: End(now, upload, "cancelled by the requester", outbox); break;
            case RefusalReason.Paused: _pauses.OnPausedThere(now, upload); break;
            case RefusalReason.NotWanted: End(now, upload, "not wanted any more", outbox); break;
            case RefusalReason.SourceChanged:
                outbox.Store(new StorageRequest.DoubtShare(upload.Content));
                End(now, upload, "the requester got other bytes than the content's", outbox);
                break;
            default: _watch.Ask(now, upload, outbox); break;
        }
    }

    /// <summary>A piece could not be read: the requester must know at once.</summary>
    public void OnReadFailed(Instant now, TransferId transfer, RefusalReason reason, Outbox outbox)
    {
        // Too much waits for the disk. To the requester the piece is lost like one on the way, and it asks again; a
        // refusal would end an upload because of a moment's load.
        if (reason == RefusalReason.Busy || _uploads.Find(transfer) is not { } upload) return;
        if (reason is not (RefusalReason.SourceChanged or RefusalReason.NotShared or RefusalReason.SourceUnreadable))
        {
            // The session cannot go on, and the file is as it was: only the requester's word ends the entry.
            Suspend(upload);
            _watch.Ask(now, upload, outbox);
            return;
        }
        Refuse(upload, reason, outbox);
        End(now, upload, reason == RefusalReason.SourceChanged
            ? "the file changed while being sent" : "the file cannot be read", outbox);
    }

    /// <summary>Ends what goes of the content to this requester, whichever session that is by now.</summary>
    public void Cancel(Instant now, ContentId content, NodeId requester, Outbox outbox)
    {
        foreach (var upload in _uploads.Of(requester).Where(upload => upload.Content == content))
        {
            Refuse(upload, RefusalReason.Cancelled, outbox);
            End(now, upload, "cancelled", outbox);
        }
    }

    public void OnPause(Instant now, Input.Pause pause, NodeId requester, Outbox outbox) =>
        _pauses.OnPause(now, pause, requester, outbox);

    /// <summary>A route to the node has appeared (or changed): what waits for it goes on at once.</summary>
    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        foreach (var upload in _uploads.Of(node))
            if (upload.Stage is ResumingUpload || upload.Silences > 0) _watch.Ask(now, upload, outbox);
    }

    /// <summary>
    /// What was in flight over a link to this neighbour is lost, and only the link's ends see it. The requester names
    /// what it is still owed; what it has is not sent again.
    /// </summary>
    public void OnPathLost(Instant now, NodeId neighbour, Outbox outbox)
    {
        foreach (var upload in _uploads.All)
        {
            if (upload.Running is not { IsOwing: true }) continue;
            if (_pathTo(upload.Requester)?.NextHop == neighbour) _watch.OnPathLost(now, upload, outbox);
        }
    }

    /// <summary>A new link may lead to requesters that were unreachable.</summary>
    public void OnLinkUp(Instant now, Outbox outbox)
    {
        foreach (var upload in _uploads.All)
            if (upload.Stage is ResumingUpload) _watch.Ask(now, upload, outbox);
    }

    /// <summary>The next hop to a node has changed, or there is one now, or none any more.</summary>
    public void OnMoved(NodeId node)
    {
        foreach (var upload in _uploads.Of(node))
        {
            _turns.Leave(upload);
            Wake(upload);
        }
    }

    /// <summary>A link to this neighbour may have room.</summary>
    public void OnRoom(NodeId neighbour) => _turns.OnRoom(neighbour);

    public void OnDue(Instant now, Upload upload, CoreTimer timer, Outbox outbox)
    {
        switch (timer)
        {
            case CoreTimer.UploadSilent: _watch.OnSilent(now, upload, outbox); break;
            case CoreTimer.UploadAskAgain: _watch.Ask(now, upload, outbox); break;
            case CoreTimer.UploadGivenUp: GiveUp(now, upload, outbox); break;
        }
    }

    public void OnDue(SendQueue queue) => _turns.OnRetry(queue);

    /// <summary>The next piece of whoever's turn it is, for a link that has room; null when there is none.</summary>
    public (LinkId Link, FileTransfer Piece, ContentId Content)? NextPiece(Instant now) => _turns.Next(now);

    public IReadOnlyList<UploadStatus> Status(Instant now) =>
        [.. _uploads.All.Select(upload => StatusOf(now, upload))];

    private UploadStatus StatusOf(Instant now, Upload upload) =>
        upload.Status(now, _pathTo(upload.Requester)?.Hops ?? 0);

    private void Refuse(Upload upload, RefusalReason reason, Outbox outbox)
    {
        var word = _words.Refuse(upload.Transfer, upload.Content, upload.Requester, reason);
        outbox.Route(FinalWords.IsSigned(reason) ? word : upload.Stage.Prove(word));
    }

    private void OnKnown(Instant now, Upload known, TransferRequest request, Outbox outbox)
    {
        if (known.Requester != request.Envelope.Source) return; // Somebody guessed an id.
        switch (known.Stage)
        {
            case OpeningUpload opening when opening.Early.Count < EarlyMax && opening.Channel.Takes(request):
                opening.Early.Add(request);
                break;
            case RunningUpload running when running.Channel.Takes(request):
                OnWanted(now, known, running, request);
                break;
            case ResumingUpload: _words.Disown(now, known.Transfer, known.Requester, outbox); break;
        }
    }

    /// <summary>Its accept may have been lost. If it has come, the keys prove it, and it goes to the log.</summary>
    private void OnOffered(Instant now, KeyOffer offer, TransferRequest request, Outbox outbox)
    {
        if (offer.Requester != request.Envelope.Source) return;
        if (request.KeyOffer.Span.SequenceEqual(offer.Offer.Span)) outbox.Route(offer.Accept);
        else if (offer.Channel.Takes(request)) Open(now, offer, request, outbox);
    }

    private void OnWanted(Instant now, Upload upload, RunningUpload running, TransferRequest request)
    {
        if (request.Again)
        {
            upload.AskAgainUntil = default;
            upload.AskAgain.Disarm();
        }
        running.OnRequest(request);
        _watch.Wait(now, upload);
        Wake(upload);
    }

    private bool HasRoom(Instant now, NodeId via, NodeId requester, ContentId content) =>
        _places.HasRoom(now, via) && _uploads.HasRoom(content, requester, UploadPlaces.OfOneMax);

    private void Open(Instant now, KeyOffer offer, TransferRequest request, Outbox outbox)
    {
        // It may be proven later: it is kept. The requester tries another one.
        if (!HasRoom(now, offer.Via, offer.Requester, offer.Content))
        {
            outbox.Route(offer.Channel.Prove(
                _words.Refuse(offer.Transfer, offer.Content, offer.Requester, RefusalReason.Busy)));
            return;
        }
        if (_places.ToEnd(now, offer.Via) is { } crowdedOut) End(now, crowdedOut, "made room for others", outbox);
        if (_places.ToSuspend(now, offer.Via) is { } idle)
        {
            Suspend(idle);
            _watch.Wait(now, idle);
        }
        var stage = new OpeningUpload(offer.Channel);
        stage.Early.Add(request);
        var upload = new Upload(offer.Transfer, offer.Content, offer.Requester, now, stage, _deadlines);
        _offers.Take(offer);
        _uploads.Add(upload);
        _places.Add(offer.Via, upload);
        _watch.OnProgress(upload);
        outbox.Store(new StorageRequest.OpenUpload(upload.Transfer, upload.Content, upload.Requester));
    }

    /// <summary>The requester no longer has the session: nothing is sent until it opens a new one.</summary>
    private void Suspend(Upload upload)
    {
        if (upload.Stage is ResumingUpload) return;
        upload.Stage = new ResumingUpload(upload.Stage.Name, upload.Stage.ContentBytes);
        _places.OnSuspended(upload);
        _turns.Leave(upload);
        _seals.Forget(upload.Transfer);
    }

    private void Wake(Upload upload)
    {
        if (upload.HasPieceToSend) _turns.Join(upload);
    }

    private void GiveUp(Instant now, Upload upload, Outbox outbox)
    {
        outbox.Tell(new Notice.TransferGivenUp(upload.Stage.Name, upload.Requester, _options.Retention));
        End(now, upload, $"given up: no sign of the requester for {_options.Retention.TotalDays:0.#} days", outbox);
    }

    private void End(Instant now, Upload upload, string reason, Outbox outbox)
    {
        outbox.Store(new StorageRequest.CloseUpload(upload.Transfer));
        outbox.Tell(new Notice.UploadEnded(StatusOf(now, upload), reason));
        Forget(upload);
    }

    private void Forget(Upload upload)
    {
        upload.Disarm();
        _uploads.Remove(upload);
        _places.Remove(upload);
        _ended.Add(upload.Transfer);
        _turns.Leave(upload);
        _seals.Forget(upload.Transfer);
    }
}
