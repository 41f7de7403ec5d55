using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Finding;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Links.Pump;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Requests;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;
using Ferry.Transports;
using Ferry.Transports.Lan.DnsSd;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Composition;

/// <summary>
/// Puts a node together, the one place that does: each part is started after what it stands on, and stopped before it.
/// </summary>
internal sealed class NodeBuilder
{
    private readonly NodeOptions _options;
    private readonly NodeGround _ground;
    private readonly HomeFolder _home;
    private readonly TimeProvider _time;
    private readonly Warnings _warnings;
    private readonly NoticeBoard _notices;
    private readonly NodeLife _life = new();
    private readonly LoopInbox _inbox = new();
    private readonly UpLimits _upLimits = new();
    private readonly StopStack _stops;
    private readonly ulong _run = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private NodeBuilder(NodeOptions options, NodeGround ground, StopStack stops)
    {
        (_options, _ground, _stops) = (options, ground, stops);
        (_home, _time, _warnings) = (ground.Home, ground.Time, ground.Warnings);
        _notices = new NoticeBoard(_warnings);
    }

    /// <param name="hasLeft">The node has left the network, and its user has not joined again.</param>
    /// <exception cref="FerryException">The node cannot start; what was started is stopped again.</exception>
    public static async Task<NodeParts> StartAsync(
        NodeOptions options, bool hasLeft, NodeGround ground, CancellationToken cancel)
    {
        // Whoever is given the node owns these; here they are only for the case that it does not start.
        var stops = new StopStack();
        try
        {
            return await new NodeBuilder(options, ground, stops).StartAsync(hasLeft, cancel);
        }
        catch (Exception e)
        {
            await stops.DisposeAsync();
            if (e is DiskException or IdentityException) throw new FerryException(FailureKind.Failed, e.Message, e);
            throw;
        }
    }

    private async Task<NodeParts> StartAsync(bool hasLeft, CancellationToken cancel)
    {
        _stops.Keep(new HomeWatch(_home, _life, _time));
        var mounts = MountPoints.Of(_home.Path);
        var disk = new MountedDisk(new FileDisk(), mounts);
        var downloads = _home.OpenDownloads(_options.Downloads, mounts);
        if (mounts.AwayAbove(downloads) is { } away)
            _warnings.Add($"downloads into {downloads} wait: {MountPoints.Sentence(away)}");
        var identity = _stops.Keep(Identity.Open(_home.Path));
        // A key that a power cut takes away is another node to everybody who knows this one.
        disk.FlushDirectory(_home.Path);
        var seals = _stops.Keep(new SealKeyRing(identity));
        var shares = _stops.Keep(Shares.Open(_home.Path, downloads, mounts, _life, _time, Logger("shares")));
        var held = _stops.Keep(new HeldFiles(_home, mounts, _life, _time, Logger("shares")));
        var store = _stops.Keep(ContentStore.Open(
            disk, new StoreOptions(_home.Path, downloads, _options.KeepFreeBytes),
            new HeldCatalog(shares.Catalog, () => held.Catalog), seals, _time));
        foreach (var found in store.RecoveryWarnings) _warnings.Add(found);

        var core = CoreOptions(identity);
        var recorder = new NodeRecorder(core, store.Recovered);
        var diagnosis = _stops.Keep(new Diagnosis(
            recorder, new RecordingFolder(_home.Path, _time), _inbox, Logger("node")));
        var known = KnownNodes.Load(_home, _time, Logger("home"));
        var remembered = JoinedAddresses.Load(_home, Logger("home"));
        var talk = new NetworkTalk(_ground.Keys, known, _warnings, _time);
        var members = new NetworkSeals(_ground.Keys, known, remembered);
        var (links, loop) = StartLoop(store, seals, members, core, recorder, talk);
        var network = await StartNetworkAsync(
            links, loop, identity, core, known, remembered, talk, hasLeft, cancel);
        foreach (var share in _options.Shares) await shares.OfferAsync(share, cancel);

        IReadOnlyList<string> Unlinked() => network.Connector.Unlinked;
        var searches = new Searches(loop, _notices, Unlinked);
        var copies = new LocalCopy(disk, new KeptRoom(disk, _options.KeepFreeBytes), shares.Catalog, downloads);
        var requests = new FileRequests(
            loop, searches, _notices, shares.Catalog, copies, Unlinked, identity.Id, _time);
        var desk = _stops.Keep(
            new OfferDesk(loop, _notices, network.Decisions, held, _options.AcceptFrom, _life));
        var pushes = new Pushes(loop, _notices, network.Decisions, held, desk, copies, identity.Id, _time);
        var transfers = new Transfers(loop, _notices);
        var limits = await Limits.StartAsync(
            _options, _home, _upLimits, loop, network.Decisions, Logger("home"), cancel);
        var about = new NodeFacts(identity.Id, _options.Nickname, _home.Path, downloads, NetworkOf(_options));
        var status = new NodeStatus(about, loop, transfers, shares, network, _ground.Keys, _warnings, _time);
        return new NodeParts(
            _options, _life, _stops, network.Membership, network.Decisions, network.Invitations, network.Near,
            network.Views,
            searches, requests, pushes, shares, transfers, limits, status, diagnosis);
    }

    private (LinkTable Links, NodeLoop Loop) StartLoop(
        ContentStore store, SealKeyRing seals, NetworkSeals members, EngineOptions options, NodeRecorder recorder,
        NetworkTalk talk)
    {
        var linkLog = Logger("links");
        var ground = new LinkGround(options.Self, new PassedOnBudget(), _upLimits);
        var links = _stops.Keep(new LinkTable(
            (id, link) => talk.Start(
                id, link, _inbox.Inputs, heard => new LinkPump(id, link, ground, heard, _time, linkLog)),
            _life));
        var meter = _stops.Keep(new NodeMeter(options.Self));
        var workers = _stops.Keep(new StorageWorkers(
            store, seals, links, _inbox, new StorageLimits(), _life, meter, _time));
        var engine = new Engine(
            options, new RecordedKeyRing(seals, recorder.Add), new RecordedNetworkSeals(members, recorder.Add),
            store.Recovered);
        var transfers = new TransferMonitor(meter, _time, Logger("transfers"));
        var core = new RecordedCore(engine, recorder, meter, transfers, _time);
        var carrier = new EffectCarrier(links, workers, _notices);
        var loop = _stops.Keep(new NodeLoop(core, carrier, links.PeerOf, _inbox, _life, _time));
        _stops.Keep(transfers);
        transfers.Start(loop, _life);
        _stops.Push(_notices.Close);
        return (links, loop);
    }

    private async Task<NodeNetwork> StartNetworkAsync(
        LinkTable links, NodeLoop loop, Identity identity, EngineOptions core, KnownNodes known,
        JoinedAddresses remembered, NetworkTalk talk, bool hasLeft, CancellationToken cancel)
    {
        FoundNetwork(talk);
        var admission = new Admission(
            _options.Open, _ground.Passphrase is not null, known, _ground.Keys, _ground.Waiting, _ground.Quarantine,
            node => (_ground.Passphrase is null && remembered.IsPinned(node)) || links.TransportsTo(node).Count > 0,
            new LinkPlaces(_options.LinksMax, () => links.Addresses));
        var dialing = new HandshakeSettings(identity, _ => JoinOf(core), admission.OfJoined, _time)
        {
            Passphrase = _ground.Passphrase,
        };
        var accepting = dialing with
        {
            Admit = admission.OfGuest,
            Tickets = () => [.. known.TicketSecrets, .. _ground.Keys.LinkSecrets],
            Guesses = _ground.Guesses,
        };
        var transports = _stops.Keep(TransportSet.Standard(_time, core.Nickname));
        var factory = new LinkFactory(transports, dialing, accepting, links, talk, loop);
        var listeners = new Listeners(
            transports, factory.AcceptAsync, _life, new RefusalLog(_time, Logger("links")), Logger("links"));
        var connector = new Connector(
            factory.DialAsync, links.WhenAwayAsync, remembered, known, _warnings, _life, _time, Logger("links"));
        var membership = _stops.Keep(new Membership(
            listeners, connector, factory.DialTicketAsync, links, remembered, loop, _time));
        // Goodbye is said when nobody is dialled or accepted any more.
        _stops.Push(() => membership.SayGoodbyeAsync(LeaveReason.ShuttingDown));
        _stops.Keep(listeners);
        _stops.Keep(connector);
        if (_options.AutoLink)
        {
            _stops.Keep(new AutoLinks(
                _notices.Offers, links, factory.DialNodeAsync, core.Self, _life, _time, Logger("links")));
            _stops.Keep(new AddressAnnouncer(listeners, loop, _life, _time, Logger("links")));
        }
        var finder = _options.Discovery ? _stops.Keep(FinderOf(factory, core.Self, known, links, listeners)) : null;
        await membership.StartAsync(_options.Listen, _options.Join, hasLeft, cancel);
        return new NodeNetwork(
            membership, listeners, connector, new NearNodes(transports, finder, remembered),
            new NetworkViews(loop, connector, known, talk, _ground.Waiting, _notices, _time),
            new NodeDecisions(known, _ground.Waiting, connector, remembered, links, talk),
            new Invitations(known, listeners, talk, core.Self, _time));
    }

    private LanFinder FinderOf(
        LinkFactory factory, NodeId self, KnownNodes known, LinkTable links, Listeners listeners) => new(
        self, new FinderView(_options, known, links, listeners), _ground.Keys,
        _stops.Keep(new LanServices(Avahi.OfSystem(_time), _life, _time, Logger("finding"))),
        new FoundDialer(factory, _ground.Keys, Logger("finding")), listeners, links, _life, _warnings, _time);

    /// <summary>Who has the passphrase is a member from its first start on, and starts on a full disk, too.</summary>
    private void FoundNetwork(NetworkTalk talk)
    {
        if (_ground.Passphrase is null) return;
        try
        {
            talk.Found();
        }
        catch (FerryException e)
        {
            _warnings.Add(e.Message);
        }
    }

    private static NetworkState NetworkOf(NodeOptions options)
    {
        if (options.Open) return NetworkState.Open;
        return options.PassphraseFile is null ? NetworkState.Closed : NetworkState.Passphrase;
    }

    private EngineOptions CoreOptions(Identity identity) => new()
    {
        Self = identity.Id,
        Nickname = _options.Nickname,
        Seed = Bytes32.From(RandomNumberGenerator.GetBytes(Bytes32.Length)),
        FirstSequence = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds(),
        AckTimeout = _options.AckTimeout,
        LinksMax = _options.LinksMax,
        IsOpen = _options.Open,
    };

    /// <summary>The handshake puts in who this is and how large frames may be.</summary>
    private Join JoinOf(EngineOptions core) => new(
        WireLimits.Version, WireLimits.Version, core.Self, core.Nickname, FrameBytesMax: 0, AdmissionProof: default,
        _run);

    private ILogger Logger(string room) => _ground.Logs.CreateLogger($"ferry.{room}");
}
