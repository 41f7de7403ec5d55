using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Links.Pump;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Requests;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Store;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Composition;

/// <summary>
/// The parts of a node and their order: each is started after the parts it uses, and stopped before them. The
/// composition root: a node is built and stopped here only.
/// </summary>
internal sealed class NodeParts : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _stops = new();
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;

    private NodeParts(HomeFolder home, NodeOptions options, TimeProvider time, ILoggerFactory logs)
    {
        (Home, _options, _time, _logs) = (home, options, time, logs);
        Warnings = new Warnings(Logger("home"));
        Notices = new NoticeBoard(Warnings);
    }

    public NodeOptions Options => _options;
    public NodeLife Life { get; } = new();
    public LoopInbox Inbox { get; } = new();
    public Warnings Warnings { get; }
    public NoticeBoard Notices { get; }
    public HomeFolder Home { get; }
    public string Downloads { get; private set; } = null!;
    public Identity Identity { get; private set; } = null!;
    public Shares Shares { get; private set; } = null!;
    public Diagnosis Diagnosis { get; private set; } = null!;
    public NodeLoop Loop { get; private set; } = null!;
    public TransportSet Transports { get; private set; } = null!;
    public Listeners Listeners { get; private set; } = null!;
    public Connector Connector { get; private set; } = null!;
    public Membership Membership { get; private set; } = null!;
    public Searches Searches { get; private set; } = null!;

    /// <exception cref="FerryException">The node cannot start; what was started is stopped again.</exception>
    public static async Task<NodeParts> StartAsync(
        NodeOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel)
    {
        var wanted = NodeOptionsCheck.Checked(options);
        var parts = new NodeParts(HomeFolder.Open(wanted.Home), wanted, time, logs);
        try
        {
            await parts.StartAsync(cancel);
            return parts;
        }
        catch (Exception e)
        {
            using (parts.Home) await parts.DisposeAsync();
            if (e is DiskException or IdentityException) throw new FerryException(FailureKind.Failed, e.Message, e);
            throw;
        }
    }

    /// <summary>Says goodbye and stops everything; what is unfinished stays in the log, and the home locked.</summary>
    /// <remarks>A part that fails to stop (the disk is full) must not keep the others from stopping.</remarks>
    public async ValueTask DisposeAsync()
    {
        ExceptionDispatchInfo? first = null;
        while (_stops.TryPop(out var stop))
        {
            try
            {
                await stop();
            }
#pragma warning disable CA1031 // Not swallowed: thrown again at the end.
            catch (Exception e)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        first?.Throw();
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        if (Home.Warning is { } warning) Warnings.Add(warning);
        KeepAsync(new HomeWatch(Home, Life, _time));
        Downloads = Home.OpenDownloads(_options.Downloads);
        Identity = Keep(Identity.Open(Home.Path));
        var seals = Keep(new SealKeyRing(Identity));
        Shares = KeepAsync(Shares.Open(Home.Path, Downloads, Life, _time, Logger("shares")));
        var folders = new StoreOptions(Home.Path, Downloads);
        var store = Keep(ContentStore.Open(new FileDisk(), folders, Shares.Catalog, seals, _time));
        foreach (var found in store.RecoveryWarnings) Warnings.Add(found);

        var linkLog = Logger("links");
        var links = KeepAsync(new LinkTable(
            (id, link) => new LinkPump(id, link, Inbox.Inputs, _time, linkLog), Life));
        var workers = KeepAsync(new StorageWorkers(store, seals, links, Inbox, new StorageLimits(), Life, _time));
        var engineOptions = EngineOptions();
        var recorder = new NodeRecorder(engineOptions, store.Recovered);
        Diagnosis = Keep(new Diagnosis(recorder, new RecordingFolder(Home.Path, _time), Inbox, Logger("node")));
        var engine = new Engine(engineOptions, new RecordedKeyRing(seals, recorder.Add), store.Recovered);
        var core = new RecordedCore(engine, recorder);
        Loop = KeepAsync(new NodeLoop(core, new EffectCarrier(links, workers, Notices), Inbox, Life, _time));
        _stops.Push(EndTellingAsync);

        await StartLinksAsync(links, engineOptions, cancel);
        foreach (var share in _options.Shares) await Shares.ShareAsync(share, cancel);
    }

    private async Task StartLinksAsync(LinkTable links, EngineOptions core, CancellationToken cancel)
    {
        var admission = new Admission(
            _options.Open, core.Nickname, node => links.TransportsTo(node).Count > 0);
        var dialing = new HandshakeSettings(Identity, _ => JoinOf(core), admission.OfJoined, _time);
        var accepting = dialing with { Admit = admission.OfGuest };
        Transports = Keep(TransportSet.Standard(_time, core.Nickname));
        var factory = new LinkFactory(Transports, dialing, accepting, links, Loop);
        var remembered = JoinedAddresses.Load(Home, Logger("home"));
        Listeners = new Listeners(Transports, factory.AcceptAsync, Life, Logger("links"));
        Connector = new Connector(factory.DialAsync, links.WhenAwayAsync, remembered, Life, _time, Logger("links"));
        Membership = Keep(new Membership(Listeners, Connector, links, remembered, Loop, _time));
        _stops.Push(async () => await Membership.SayGoodbyeAsync(LeaveReason.ShuttingDown));
        KeepAsync(Listeners);
        KeepAsync(Connector);
        if (_options.AutoLink)
        {
            KeepAsync(new AutoLinks(
                Notices.Offers, links, factory.DialNodeAsync, core.Self, Life, _time, Logger("links")));
            KeepAsync(new AddressAnnouncer(Listeners, Loop, Life));
        }
        Searches = new Searches(Loop, Notices);
        await Membership.StartAsync(_options.Listen, _options.Join, cancel);
    }

    private ValueTask EndTellingAsync()
    {
        Notices.Close();
        return ValueTask.CompletedTask;
    }

    private EngineOptions EngineOptions() => new()
    {
        Self = Identity.Id,
        Nickname = _options.Nickname!,
        Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
        FirstSequence = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds(),
        AckTimeout = _options.AckTimeout,
        LinksMax = _options.LinksMax,
    };

    /// <summary>The handshake puts in who this is and how large frames may be.</summary>
    private static Join JoinOf(EngineOptions core) => new(
        WireLimits.Version, WireLimits.Version, core.Self, core.Nickname, FrameBytesMax: 0, AdmissionProof: default);

    private ILogger Logger(string room) => _logs.CreateLogger($"ferry.{room}");

    private T Keep<T>(T part)
        where T : IDisposable
    {
        _stops.Push(() =>
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        });
        return part;
    }

    private T KeepAsync<T>(T part)
        where T : IAsyncDisposable
    {
        _stops.Push(part.DisposeAsync);
        return part;
    }
}
