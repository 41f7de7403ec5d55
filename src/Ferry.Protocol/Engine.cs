using Ferry.Protocol.Hub;
using Ferry.Protocol.Members;
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
    private readonly EngineOptions _options;
    private readonly RecoveredState _recovered;
    private readonly Chance _chance;
    private readonly Deadlines _deadlines = new();
    private readonly Neighbourhood _neighbours;
    private readonly RoutingTable _routes;
    private readonly RouteFinder _finder;
    private readonly FloodSearch _search;
    private readonly Speech _speech;
    private readonly Router _router;
    private readonly Downloads _downloads;
    private readonly Uploads _uploads;
    private readonly Offers _offers;
    private readonly Reachability _reachability;

    public Engine(EngineOptions options, ISealKeyRing seals, INetworkSeals network, RecoveredState recovered)
    {
        (_options, _recovered, _chance) = (options, recovered, new Chance(options.Seed));
        var ids = new KeyedIds(options.Seed);
        _neighbours = new Neighbourhood(options, _deadlines, ids);
        _routes = new RoutingTable(options.RouteLifetime, _deadlines, ids, _neighbours.CostOf, IsKept);
        _finder = new RouteFinder(options.Self, _chance, _deadlines, ids);
        _speech = new Speech(options, network, ids, IsOffered);
        _search = new FloodSearch(
            options, _deadlines, ids, () => _neighbours.Asked, () => _routes.Reachable, _speech.Read);
        _router = new Router(options, _neighbours, _routes, _finder, _speech);
        _downloads = new Downloads(
            new DownloadContext(options, seals, network, _chance, _deadlines, ids, _router.PathTo));
        _uploads = new Uploads(options, seals, _chance.Random, _deadlines, ids, _router.PathTo, _router.RoomForPiece);
        _offers = new Offers(options, seals, _chance.Random, _deadlines, _router.PathTo, _downloads);
        _reachability = new Reachability(_neighbours, _routes, _finder, _router, _downloads, _uploads, _offers);
    }

    /// <summary>When the driver must hand in <see cref="Input.Tick"/>, if no other input comes before.</summary>
    public Instant NextDeadline => _deadlines.Next;

    /// <summary>Call once, before any input.</summary>
    public void Start(Instant now, Outbox outbox)
    {
        _uploads.Start(now, _recovered.Uploads, outbox);
        _downloads.Recover(now, _recovered.Downloads, outbox);
        _offers.Recover(now, _recovered, outbox);
        _router.Deliver(now, outbox);
    }

    public void Handle(Instant now, Input input, Outbox outbox)
    {
        switch (input)
        {
            case Input.Received received: OnReceived(now, received, outbox); break;
            case Input.BulkSent sent: _reachability.OnSent(now, sent.Link, sent.Bytes); break;
            case Input.Stored stored: OnStored(now, stored.Result, outbox); break;
            case Input.Tick: break;
            case Input.LinkUp up: _reachability.OnLinkUp(now, up, outbox); break;
            case Input.LinkDown down: _reachability.OnLinkDown(now, down.Link, outbox); break;
            case Input.LinkMeasured busy: _reachability.OnMeasured(busy); break;
            case Input.StartSearch start: _search.Start(now, start, _speech.IsPrivate(start), outbox); break;
            case Input.StopSearch stop: _search.Stop(stop.Query); break;
            case Input.StartDownload start: _downloads.Start(now, start, outbox); break;
            case Input.MakeOffer or Input.AnswerOffer or Input.WithdrawOffer: _offers.OnUser(input, outbox); break;
            case Input.Cancel { Requester: { } node } upload: _uploads.Cancel(now, upload.Content, node, outbox); break;
            case Input.Cancel download: _downloads.Cancel(now, download.Content, outbox); break;
            case Input.Pause { Requester: { } node } upload: _uploads.OnPause(now, upload, node, outbox); break;
            case Input.Pause download: _downloads.OnPause(now, download, outbox); break;
            case Input.Listening listening: _reachability.OnListening(now, listening.Addresses, outbox); break;
            case Input.LeaveNetwork leave: _neighbours.LeaveAll(leave.Reason, outbox); break;
            case Input.LimitDown limit: _downloads.OnLimit(now, limit); break;
            case Input.Reseed reseed: _chance.Reseed(reseed.Seed); break;
            default: throw new InvalidOperationException($"unknown input {input.GetType().Name}");
        }
        Settle(now, outbox);
    }

    public IReadOnlyList<LinkStatus> Neighbours(Instant now) => _neighbours.Status(now);
    public IReadOnlyList<RouteStatus> Routes(Instant now) => _routes.Status(now, _neighbours.TransportsOf);
    public IReadOnlyList<DownloadStatus> Downloads(Instant now) => _downloads.Status(now);
    public IReadOnlyList<UploadStatus> Uploads(Instant now) => _uploads.Status(now);

    /// <summary>Of this node and of others, those that are over among them, each kind in the order of time.</summary>
    public IReadOnlyList<OfferEntry> Offers => _offers.All;

    /// <summary>After every input: what is due by now, pieces that links have room for, routed messages.</summary>
    private void Settle(Instant now, Outbox outbox)
    {
        while (_deadlines.TakeDue(now) is { } due) OnDue(now, due, outbox);
        _reachability.Expire(now, outbox);
        foreach (var node in _routes.TakeMoved()) _uploads.OnMoved(node);
        while (_uploads.NextPiece(now) is { } next) _router.SendPiece(now, next.Link, next.Piece, next.Content, outbox);
        _router.Deliver(now, outbox);
    }

    private void OnDue(Instant now, Deadline due, Outbox outbox)
    {
        switch (due.Owner)
        {
            case Link link: _reachability.OnDue(now, link, due.Timer, outbox); break;
            case Destination destination: _routes.OnExpiry(destination); break;
            case WantedNode wanted: _finder.OnRetry(now, wanted, outbox); break;
            case OwnSearch own: _search.OnDue(now, own, outbox); break;
            case Download download:
                if (!_downloads.OnDue(now, download, due.Timer, outbox)) break;
                _search.AskForHolders(now, download.NextQuery(), download.Content, download.IsPublic, outbox);
                break;
            case Lane lane: _downloads.OnDue(now, lane, due.Timer, outbox); break;
            case Upload upload: _uploads.OnDue(now, upload, due.Timer, outbox); break;
            case SendQueue queue: _uploads.OnDue(queue); break;
            case MadeOffer or HeardOffer: _offers.OnDue(now, due, outbox); break;
            default: throw new InvalidOperationException($"nobody knows what to do at {due.Timer}");
        }
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
            case HeartbeatReply it when link is not null: _reachability.OnHeartbeatReply(now, link, it, outbox); break;
            case SharedIdentity said when link is not null:
                outbox.Tell(new Notice.OwnIdentityShared(link.Node, said.GoesOn, said.OtherAddress));
                break;
            case RouteWithdrawal withdrawal: _reachability.OnWithdrawn(now, received.Link, withdrawal, outbox); break;
            case AddressOffer offer: _reachability.OnOffer(received.Link, offer, outbox); break;
            case Leave leave: _reachability.OnLeave(now, received.Link, leave, outbox); break;
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
        var takes = _neighbours.Find(link.Node)!.Allowance.Takes(now, message, _routes.Knows(envelope.Source));
        if (takes) _reachability.OnEnvelope(now, link.Node, envelope, outbox);
        if (!envelope.IsFlood)
        {
            if (envelope.Destination != _options.Self) _router.Forward(now, link, message, body, outbox);
            else if (message is FileTransfer piece && body is not null) _downloads.OnPiece(now, piece, body, outbox);
            else if (_speech.Hear(message, link.Node, out var isSealed) is { } said)
                OnMine(now, link, said, isSealed, outbox);
        }
        else if (takes)
        {
            if (message is FileSearch query) _search.OnQuery(now, link.Node, query, outbox);
            else if (message is RouteRequest asked && _finder.OnRequest(now, link.Node, _routes.Raise(asked), outbox))
                _router.AnswerRoute(asked, outbox);
        }
    }

    private bool IsOffered(NodeId node) => _offers.IsFor(node);

    private bool IsKept(NodeId node) =>
        _neighbours.Find(node) is not null || _downloads.Knows(node) || _uploads.Knows(node) || _offers.IsFor(node);

    private void OnMine(Instant now, Link link, RoutedMessage message, bool isSealed, Outbox outbox)
    {
        if (!_neighbours.Find(link.Node)!.Allowance.Answers(now, message)) return;
        switch (message)
        {
            case HasFile hit when _search.OnHit(now, hit, isSealed, outbox) || _downloads.HaveAsked(hit, isSealed):
                _speech.OnAnswer(hit.Envelope.Source, isSealed);
                _downloads.OnHolder(now, hit, outbox);
                break;
            case SearchReport report: _search.OnReport(now, report, isSealed, outbox); break;
            case ManifestRequest request: outbox.Store(StorageRequest.ReadManifest.For(request)); break;
            case ManifestPart part: _downloads.OnManifestPart(now, part, outbox); break;
            case TransferRequest request: _uploads.OnRequest(now, link.Node, request, outbox); break;
            case TransferAccept accept: _downloads.OnAccept(now, accept, outbox); break;
            case Ack ack: _uploads.OnAck(now, ack, outbox); break;
            case Offer offer:
                _offers.OnOffer(now, offer, _speech.IsOfStranger(offer.Envelope.Source, isSealed), outbox);
                break;
            case OfferAnswer answer: _offers.OnAnswer(now, answer, outbox); break;
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
        if (_offers.OnStored(now, result, outbox)) return;
        switch (result)
        {
            case StorageResult.SharesMatched matched: _search.OnMatched(matched, outbox); break;
            case StorageResult.ManifestRead read: outbox.Route(ManifestPart.From(read)); break;
            case StorageResult.UploadOpened opened: _uploads.OnOpened(now, opened, outbox); break;
            case StorageResult.UploadRefused refused: _uploads.OnRefused(refused, outbox); break;
            case StorageResult.PieceNotRead piece: _reachability.OnNotRead(now, piece, outbox); break;
            default: throw new InvalidOperationException($"unknown storage result {result.GetType().Name}");
        }
    }
}
