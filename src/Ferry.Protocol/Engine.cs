using Ferry.Protocol.Hub;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Search;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>
/// The hub of the core: a function of (state, now, input) into effects. It decides nothing: it hands each input to the
/// room that does, carries values from room to room, and lets <see cref="Router"/> deliver what they wrote.
/// </summary>
public sealed class Engine
{
    private static readonly TimeSpan HousekeepingEvery = TimeSpan.FromSeconds(30);

    private readonly EngineOptions _options;
    private readonly RecoveredState _recovered;
    private readonly SeededRandom _random;
    private readonly Neighbourhood _neighbours;
    private readonly RoutingTable _routes;
    private readonly RouteFinder _finder;
    private readonly FloodSearch _search;
    private readonly Router _router;
    private readonly Downloads _downloads;
    private readonly Uploads _uploads;
    private readonly Reachability _reachability;
    private Instant _housekeepingAt;

    public Engine(EngineOptions options, ISealKeyRing seals, RecoveredState recovered)
    {
        (_options, _recovered, _random) = (options, recovered, new SeededRandom(options.Seed));
        _neighbours = new Neighbourhood(options);
        _routes = new RoutingTable(options.RouteLifetime, _neighbours.CostOf);
        _finder = new RouteFinder(options.Self, _random);
        _search = new FloodSearch(options.SearchHopLimit, () => _neighbours.SlowestRoundTrip);
        _router = new Router(options, _neighbours, _routes, _finder);
        _downloads = new Downloads(options, seals, _random, _router.PathTo);
        _uploads = new Uploads(options, seals, _random, _router.PathTo, _router.LinkForPiece);
        _reachability = new Reachability(_neighbours, _routes, _finder, _router, _downloads, _uploads);
    }

    /// <summary>When the driver must hand in <see cref="Input.Tick"/>, if no other input comes before.</summary>
    public Instant NextDeadline => Instant.Earliest(
        _neighbours.NextDeadline, _finder.NextDeadline, _search.NextDeadline, _downloads.NextDeadline,
        _uploads.NextDeadline, _housekeepingAt);

    /// <summary>Call once, before any input.</summary>
    public void Start(Instant now, Outbox outbox)
    {
        _housekeepingAt = now + HousekeepingEvery;
        _uploads.Start(now, _recovered.Uploads, outbox);
        _downloads.Recover(now, _recovered.Downloads, outbox);
        _router.Deliver(now, outbox);
    }

    public void Handle(Instant now, Input input, Outbox outbox)
    {
        switch (input)
        {
            case Input.Received received: OnReceived(now, received, outbox); break;
            case Input.BulkSent sent: _neighbours.Find(sent.Link)?.OnSent(now, sent.Bytes); break;
            case Input.Stored stored: OnStored(now, stored.Result, outbox); break;
            case Input.Tick: OnTick(now, outbox); break;
            case Input.LinkUp up: _reachability.OnLinkUp(now, up, outbox); break;
            case Input.LinkDown down: _reachability.OnLinkDown(now, down.Link, outbox); break;
            case Input.LinkMeasured busy: _neighbours.Find(busy.Link)?.OnMeasured(busy.BytesPerSecond); break;
            case Input.StartSearch start: _search.Start(now, start, _neighbours.Any, outbox); break;
            case Input.StopSearch stop: _search.Stop(stop.Query); break;
            case Input.StartDownload start: _downloads.Start(now, start, outbox); break;
            case Input.Cancel cancel:
                if (!_downloads.Cancel(now, cancel.Content, outbox)) _uploads.Cancel(now, cancel.Content, outbox);
                break;
            case Input.Listening listening: _reachability.OnListening(now, listening.Addresses, outbox); break;
            case Input.LeaveNetwork leave: _neighbours.LeaveAll(leave.Reason, outbox); break;
            case Input.Reseed reseed: _random.Reseed(reseed.Seed); break;
            default: throw new InvalidOperationException($"unknown input {input.GetType().Name}");
        }
        Settle(now, outbox);
    }

    public IReadOnlyList<LinkStatus> Neighbours(Instant now) => _neighbours.Status(now);
    public IReadOnlyList<RouteStatus> Routes(Instant now) => _routes.Status(now, _neighbours.TransportsOf);
    public IReadOnlyList<DownloadStatus> Downloads(Instant now) => _downloads.Status(now);
    public IReadOnlyList<UploadStatus> Uploads(Instant now) => _uploads.Status(now);

    /// <summary>After every input: searches for downloads, pieces that links have room for, routed messages.</summary>
    private void Settle(Instant now, Outbox outbox)
    {
        foreach (var content in _downloads.TakeSearches(now))
        {
            var query = new QueryId(_random.NextUInt128());
            _search.Start(now, new Input.StartSearch(query, "", content), _neighbours.Any, outbox);
        }
        while (_uploads.NextPiece(now) is { } next) _router.SendPiece(now, next.Link, next.Piece, next.Content, outbox);
        _router.Deliver(now, outbox);
    }

    private void OnReceived(Instant now, Input.Received received, Outbox outbox)
    {
        var link = _neighbours.Find(received.Link);
        if (link is not null) _neighbours.OnHeard(now, link);
        switch (received.Message)
        {
            case RoutedMessage routed when link is not null:
                OnRouted(now, link, routed, received.Body, outbox);
                return;
            case Heartbeat heartbeat: outbox.Send(received.Link, new HeartbeatReply(heartbeat.Number)); break;
            case HeartbeatReply reply: link?.OnHeartbeatReply(now, reply); break;
            case RouteWithdrawal withdrawal: _reachability.OnWithdrawn(now, received.Link, withdrawal, outbox); break;
            case AddressOffer offer: _reachability.OnOffer(received.Link, offer, outbox); break;
            case Leave leave:
                outbox.Add(new Effect.CloseLink(received.Link, leave.Reason, "the neighbour left"));
                _reachability.OnLinkDown(now, received.Link, outbox);
                break;
        }
        if (received.Body is not null) outbox.Add(new Effect.Drop(received.Body));
    }

    private void OnRouted(Instant now, Link link, RoutedMessage message, Payload? body, Outbox outbox)
    {
        var envelope = message.Envelope;
        var own = envelope.Source == _options.Self;
        if (body is not null && (own || envelope.IsFlood)) outbox.Add(new Effect.Drop(body));
        if (own)
        {
            _router.OnOwn(envelope.Sequence);
            return;
        }
        _reachability.OnEnvelope(now, link.Node, envelope, outbox);
        if (!envelope.IsFlood)
        {
            if (envelope.Destination != _options.Self) _router.Forward(now, link, message, body, outbox);
            else if (message is FileTransfer piece && body is not null) _downloads.OnPiece(now, piece, body, outbox);
            else OnMine(now, message, outbox);
        }
        else if (_neighbours.Find(link.Node)!.TakeFloodToken(now))
        {
            if (message is FileSearch query) _search.OnQuery(now, link.Node, query, outbox);
            else if (message is RouteRequest asked && _finder.OnRequest(now, link.Node, _routes.Raise(asked), outbox))
                _router.AnswerRoute(asked, outbox);
        }
    }

    private void OnMine(Instant now, RoutedMessage message, Outbox outbox)
    {
        switch (message)
        {
            case HasFile hit:
                _search.OnHit(now, hit, outbox);
                _downloads.OnHolder(now, hit, outbox);
                break;
            case ManifestRequest request:
                outbox.Store(new StorageRequest.ReadManifest(
                    request.Content, request.Envelope.Source, request.First, WireLimits.LeavesPerPartMax));
                break;
            case ManifestPart part: _downloads.OnManifestPart(now, part, outbox); break;
            case TransferRequest request: _uploads.OnRequest(now, request, outbox); break;
            case TransferAccept accept: _downloads.OnAccept(now, accept, outbox); break;
            case Ack ack: _uploads.OnAck(now, ack, outbox); break;
            case TransferResume resume: _downloads.OnResume(now, resume, outbox); break;
            case Receipt receipt: _uploads.OnReceipt(now, receipt, outbox); break;
            case Refusal refusal:
                _uploads.OnRefusal(now, refusal, outbox);
                _downloads.OnRefusal(now, refusal, outbox);
                break;
        }
    }

    private void OnStored(Instant now, StorageResult result, Outbox outbox)
    {
        if (_downloads.OnStored(now, result, outbox)) return;
        switch (result)
        {
            case StorageResult.SharesMatched matched: _search.OnMatched(matched, outbox); break;
            case StorageResult.ManifestRead read: outbox.Route(ManifestPart.From(read)); break;
            case StorageResult.UploadOpened opened: _uploads.OnOpened(now, opened, outbox); break;
            case StorageResult.UploadRefused refused: _uploads.OnRefused(refused, outbox); break;
            case StorageResult.PieceRead { Failure: { } why } piece:
                _neighbours.Find(piece.Link)?.OnSent(now, piece.BodyBytes);
                _uploads.OnReadFailed(now, piece.Transfer, why, outbox);
                break;
            case StorageResult.PieceRead or StorageResult.UploadClosed: break;
            default: throw new InvalidOperationException($"unknown storage result {result.GetType().Name}");
        }
    }

    private void OnTick(Instant now, Outbox outbox)
    {
        _reachability.OnTick(now, outbox);
        _search.OnTick(now, outbox);
        _downloads.OnTick(now, outbox);
        _uploads.OnTick(now, outbox);
        if (_housekeepingAt > now) return;
        _housekeepingAt = now + HousekeepingEvery;
        _reachability.Expire(now, outbox);
    }
}
