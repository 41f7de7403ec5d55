using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// This node as a holder. The log comes first: no byte leaves before the entry is durable, and the entry goes only
/// when the requester has everything (Receipt) or wants nothing (Refusal). In between nothing can end a transfer:
/// whatever falls silent is asked again after 20, 40, 80 s …, and at once when a route to the requester appears. Only
/// what the requester then names is sent again, so a chunk that it has is never sent twice. docs/protocol.md §6.
/// </summary>
internal sealed class Uploads(
    EngineOptions options, ISealKeyRing seals, SeededRandom random, PathFinder pathTo, PieceLinkFinder linkFor)
{
    /// <summary>Sessions served at a time; more are told to come later. Those found in the log do not count.</summary>
    public const int RunningMax = 512;

    /// <summary>
    /// Requests kept while the log is being flushed. An honest requester sends one and waits for the accept; what is
    /// lost beyond that it asks for again.
    /// </summary>
    private const int EarlyMax = 4;

    /// <summary>A route may flap: the requester is not asked more often than this.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NoteAckedEvery = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<TransferId, Upload> _uploads = [];
    private readonly Dictionary<TransferId, (long Received, Instant NotedAt)> _acks = [];
    private readonly LinkedList<Upload> _sending = [];
    private readonly Backoff _patience = new(options.AckTimeout, options.AckTimeoutMax);

    public Instant NextDeadline { get; private set; } = Instant.Never;

    public void Start(Instant now, IReadOnlyList<RecoveredUpload> recovered, Outbox outbox)
    {
        foreach (var entry in recovered)
        {
            var upload = Upload.Recover(entry, now);
            _uploads.Add(entry.Transfer, upload);
            Ask(now, upload, outbox);
        }
    }

    public void OnRequest(Instant now, TransferRequest request, Outbox outbox)
    {
        var requester = request.Envelope.Source;
        if (_uploads.TryGetValue(request.Transfer, out var known))
        {
            if (known.Requester != requester) return; // Somebody guessed an id.
            if (known.State == TransferState.Starting)
            {
                if (known.Early.Count < EarlyMax) known.Early.Add(request);
            }
            else if (known.State == TransferState.Running) Queue(now, known, request);
            else outbox.Route(new Refusal(Envelope.To(requester), request.Transfer, RefusalReason.UnknownTransfer));
            return;
        }
        var refusal = request.KeyOffer.IsEmpty ? RefusalReason.UnknownTransfer
            : _uploads.Values.Count(upload => upload.State != TransferState.Resuming) >= RunningMax ? RefusalReason.Busy
            : (RefusalReason?)null;
        var answer = refusal is null ? seals.Answer(request.Transfer, requester, request.KeyOffer.Span) : null;
        if (answer is null)
        {
            outbox.Route(new Refusal(Envelope.To(requester), request.Transfer, refusal ?? RefusalReason.BadKeys));
            return;
        }
        var opened = new Upload(request.Transfer, request.Content, requester, now) { KeyAnswer = answer };
        opened.Early.Add(request);
        _uploads.Add(request.Transfer, opened);
        outbox.Store(new StorageRequest.OpenUpload(request.Transfer, request.Content, requester));
    }

    public void OnOpened(Instant now, StorageResult.UploadOpened result, Outbox outbox)
    {
        if (!_uploads.TryGetValue(result.Transfer, out var upload)) return;
        // The log has replaced older sessions of the same pair: so do we.
        foreach (var older in _uploads.Values.Where(other => other != upload && other.Requester == upload.Requester
                     && other.Content == upload.Content && other.State != TransferState.Starting).ToList())
            Forget(older);
        upload.OnOpened(result.Name, result.Layout);
        outbox.Route(new TransferAccept(Envelope.To(upload.Requester), upload.Transfer, upload.KeyAnswer));
        foreach (var request in upload.Early) Queue(now, upload, request);
        upload.Early.Clear();
    }

    public void OnRefused(StorageResult.UploadRefused result, Outbox outbox)
    {
        if (!_uploads.TryGetValue(result.Transfer, out var upload)) return;
        outbox.Route(new Refusal(Envelope.To(upload.Requester), upload.Transfer, result.Reason));
        Forget(upload);
    }

    public void OnAck(Instant now, Ack ack, Outbox outbox)
    {
        if (Find(ack.Transfer, ack.Envelope.Source) is not { State: TransferState.Running } upload) return;
        var (received, notedAt) = _acks.GetValueOrDefault(ack.Transfer, (0, now));
        if (upload.OnAck(now, ack, ref received)) Arm(now, upload);
        if (now - notedAt >= NoteAckedEvery)
        {
            outbox.Store(new StorageRequest.NoteAcked(upload.Transfer, upload.AckedBytes));
            notedAt = now;
        }
        _acks[ack.Transfer] = (received, notedAt);
        Wake(upload);
    }

    /// <summary>The requester has all of it.</summary>
    public void OnReceipt(Instant now, Receipt receipt, Outbox outbox)
    {
        if (Find(receipt.Transfer, receipt.Envelope.Source) is { } upload) End(now, upload, "completed", outbox);
    }

    public void OnRefusal(Instant now, Refusal refusal, Outbox outbox)
    {
        if (Find(refusal.Transfer, refusal.Envelope.Source) is not { } upload) return;
        if (refusal.Reason == RefusalReason.UnknownTransfer)
        {
            // The requester has restarted and lost the keys. It may still want the content: ask.
            upload.Suspend();
            Ask(now, upload, outbox);
            return;
        }
        var cancelled = refusal.Reason == RefusalReason.Cancelled;
        End(now, upload, cancelled ? "cancelled by the requester" : "not wanted any more", outbox);
    }

    /// <summary>A piece could not be read: the requester must know at once.</summary>
    public void OnReadFailed(Instant now, TransferId transfer, RefusalReason reason, Outbox outbox)
    {
        if (!_uploads.TryGetValue(transfer, out var upload)) return;
        outbox.Route(new Refusal(Envelope.To(upload.Requester), upload.Transfer, reason));
        var changed = reason == RefusalReason.SourceChanged;
        End(now, upload, changed ? "the file changed while being sent" : "the file cannot be read", outbox);
    }

    public void Cancel(Instant now, ContentId content, Outbox outbox)
    {
        foreach (var upload in _uploads.Values.Where(upload => upload.Content == content).ToList())
        {
            outbox.Route(new Refusal(Envelope.To(upload.Requester), upload.Transfer, RefusalReason.Cancelled));
            End(now, upload, "cancelled", outbox);
        }
    }

    /// <summary>A route to the node has appeared (or changed): what waits for it goes on at once.</summary>
    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        foreach (var upload in _uploads.Values.Where(upload => upload.Requester == node).ToList())
            if (upload.State == TransferState.Resuming || upload.Silences > 0) Ask(now, upload, outbox);
    }

    /// <summary>
    /// What was in flight over a link to this neighbour is lost, and only the link's ends see it. The requester names
    /// what it is still owed; what it has is not sent again.
    /// </summary>
    public void OnPathLost(Instant now, NodeId neighbour, Outbox outbox)
    {
        foreach (var upload in _uploads.Values)
        {
            if (upload is not { State: TransferState.Running, IsOwing: true }) continue;
            if (pathTo(upload.Requester)?.NextHop != neighbour) continue;
            // The other end of the link may notice up to a heartbeat later, and the answer be lost until then.
            upload.AskAgainUntil = now + options.HeartbeatInterval;
            if (now >= upload.AskedAt + AskAgainAfter) Ask(now, upload, outbox);
            else upload.AskAgainAt = upload.AskedAt + AskAgainAfter;
            NextDeadline = Instant.Min(NextDeadline, upload.AskAgainAt);
        }
    }

    /// <summary>A new link may lead to requesters that were unreachable.</summary>
    public void OnLinkUp(Instant now, Outbox outbox)
    {
        foreach (var upload in _uploads.Values)
            if (upload.State == TransferState.Resuming) Ask(now, upload, outbox);
    }

    public void OnTick(Instant now, Outbox outbox)
    {
        if (now < NextDeadline) return;
        NextDeadline = Instant.Never;
        foreach (var upload in _uploads.Values.Where(upload => IsForgotten(now, upload)).ToList())
            GiveUp(now, upload, outbox);
        foreach (var upload in _uploads.Values)
        {
            if (upload.SilentAt <= now)
            {
                upload.Silences++;
                Ask(now, upload, outbox);
            }
            else if (upload.AskAgainAt <= now) Ask(now, upload, outbox);
            NextDeadline = Instant.Earliest(NextDeadline, upload.SilentAt, upload.AskAgainAt);
        }
    }

    /// <summary>The next piece of whoever's turn it is, for a link that has room; null when there is none.</summary>
    public (LinkId Link, FileTransfer Piece, ContentId Content)? NextPiece(Instant now)
    {
        for (var tried = _sending.Count; tried > 0; tried--)
        {
            var node = _sending.First!;
            var upload = node.Value;
            _sending.RemoveFirst();
            if (!upload.HasPieceToSend) continue;
            _sending.AddLast(node);
            if (linkFor(now, upload.Requester, upload.LeftBytes) is { } place)
                return (place.Link, upload.NextPiece(place.PieceBytesMax), upload.Content);
        }
        return null;
    }

    public IReadOnlyList<UploadStatus> Status(Instant now) =>
        [.. _uploads.Values.Select(upload => StatusOf(now, upload))];

    private UploadStatus StatusOf(Instant now, Upload upload) =>
        upload.Status(now, GivenUpAt(upload), pathTo(upload.Requester)?.Hops ?? 0);

    private Upload? Find(TransferId transfer, NodeId requester) =>
        _uploads.TryGetValue(transfer, out var upload) && upload.Requester == requester ? upload : null;

    private void Queue(Instant now, Upload upload, TransferRequest request)
    {
        upload.OnRequest(request);
        Arm(now, upload);
        Wake(upload);
    }

    private void Wake(Upload upload)
    {
        if (upload.HasPieceToSend && !_sending.Contains(upload)) _sending.AddLast(upload);
    }

    /// <summary>
    /// Asks the requester how things stand, unless that was done a moment ago. Without a route the message only starts
    /// a search for one, and does not count as having asked.
    /// </summary>
    private void Ask(Instant now, Upload upload, Outbox outbox)
    {
        var again = upload.AskedAt + AskAgainAfter;
        if (now < again)
        {
            ArmAt(upload, upload.State == TransferState.Resuming ? again : now + Patience(upload));
            return;
        }
        if (pathTo(upload.Requester) is not null) upload.AskedAt = now;
        upload.AskAgainAt = now < upload.AskAgainUntil ? now + AskAgainAfter : Instant.Never;
        outbox.Route(new TransferResume(Envelope.To(upload.Requester), upload.Transfer, upload.Content));
        Arm(now, upload);
    }

    private void Arm(Instant now, Upload upload) => ArmAt(upload, now + Patience(upload));

    private void ArmAt(Upload upload, Instant at)
    {
        upload.SilentAt = at;
        NextDeadline = Instant.Min(NextDeadline, at);
    }

    private TimeSpan Patience(Upload upload) => random.Jitter(_patience.After(upload.Silences));

    /// <summary>Looked at whenever somebody has been silent for long: at most 10 minutes late.</summary>
    private bool IsForgotten(Instant now, Upload upload) => GivenUpAt(upload) <= now;

    private Instant GivenUpAt(Upload upload) =>
        Instant.Max(upload.ProgressAt + options.Retention, upload.TakenUpAt + options.RetentionGrace);

    private void GiveUp(Instant now, Upload upload, Outbox outbox)
    {
        var reason = $"given up: no sign of the requester for {options.Retention.TotalDays:0.#} days";
        outbox.Tell(new Notice.TransferGivenUp(upload.Name, upload.Requester, options.Retention));
        End(now, upload, reason, outbox);
    }

    private void End(Instant now, Upload upload, string reason, Outbox outbox)
    {
        outbox.Store(new StorageRequest.CloseUpload(upload.Transfer));
        outbox.Tell(new Notice.UploadEnded(StatusOf(now, upload), reason));
        Forget(upload);
    }

    private void Forget(Upload upload)
    {
        _uploads.Remove(upload.Transfer);
        _acks.Remove(upload.Transfer);
        _sending.Remove(upload);
        seals.Forget(upload.Transfer);
    }
}
