using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Node;

/// <summary>
/// The real engine and the real store of one node, driven as the program's node loop does it: one input at a time, its
/// effects carried out at once, results back as inputs. A crash drops all of that and keeps the disk.
/// </summary>
internal sealed class SimNode
{
    public const string Home = "/home";
    public const string Log = Home + "/log/";
    public const string Downloads = "/downloads";
    public const string Shares = "/shares";

    private readonly SimWorld _world;
    private readonly Outbox _outbox = new();
    private readonly SimAlarm _alarm;
    private FlightRecorder? _recorder;
    private readonly SortedDictionary<LinkId, LinkEnd> _links = [];
    private ContentStore? _store;
    private long _bootedAt;
    private int _lastLink;
    private bool _hasLeft;
    private long? _restartAfter;

    public SimNode(SimWorld world, int index)
    {
        (_world, Index) = (world, index);
        Name = $"n{index}";
        Id = new NodeId(new Bytes32(Mixed(index), Mixed(index + 100), Mixed(index + 200), Mixed(index + 300)));
        Disk = new SimDisk(Name, new SeededRandom(world.Random.NextUInt64()));
        Disk.Observed = (kind, path) =>
        {
            world.Trace.Add(world.Now, index, 1, Disk.Operations);
            world.Trace.Say(world.Now, Name, $"    {Disk.Operations} {kind} {path}");
            if (kind == DiskOperation.Write) world.Checks.Written(this, path);
        };
        Disk.Appeared = path => world.Checks.Appeared(this, path);
        Crashes = new PlannedCrashes(Disk);
        _alarm = new SimAlarm(world, this);
        Wall = new SimWallClock(world);
        Shared = new SimIndex(world, Disk);
        Keys = new SimKeyRing(Id, new SeededRandom(0));
        User = new SimUser(world, this);
        foreach (var folder in (string[])[Home, Downloads, Shares]) Disk.CreateDirectory(folder);
    }

    public SimWorld World => _world;
    public int Index { get; }
    public string Name { get; }
    public NodeId Id { get; }
    public SimDisk Disk { get; }
    public PlannedCrashes Crashes { get; }
    public SimWallClock Wall { get; }
    public SimIndex Shared { get; }
    public DictionaryCatalog Catalog => Shared.Catalog;
    public SimUser User { get; }
    public Liar? Liar { get; set; }
    public SimKeyRing Keys { get; private set; }
    public PayloadLedger Payloads { get; } = new();
    public Engine? Engine { get; private set; }
    public SimStorage? Storage { get; private set; }

    /// <summary>Changes with each start and each crash: what was meant for another life is void.</summary>
    public int Life { get; private set; }
    public bool IsUp => Engine is not null;
    public bool WantsLinks => IsUp && !_hasLeft;
    public Instant Clock => new(_world.Now - _bootedAt);
    public IEnumerable<LinkEnd> Links => _links.Values;

    /// <summary>What is sent to the neighbour, over links that were up at a moment, arrives.</summary>
    public bool CanReach(NodeId neighbour, Instant upBy) => _links.Values.Any(end =>
        end.Session.IsWhole && end.UpSince <= upBy && end.Session.Opposite(end).Node.Id == neighbour);

    /// <summary>Silent: the neighbours learn of a crash only by their heartbeats.</summary>
    public bool CrashesSilently { get; set; }

    /// <summary>It will never be seen again.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Somebody or something changed what lies on its disk.</summary>
    public bool WasTampered { get; private set; }
    public PlainNetwork Network { get; } = new();

    /// <summary>What a scenario wants otherwise than the program's defaults.</summary>
    public Func<EngineOptions, EngineOptions> Tune { get; set; } = options => options;

    /// <summary>What the node makes of its log. A run that is to fail lets it forget something.</summary>
    public Func<RecoveredState, RecoveredState> Recall { get; set; } = recovered => recovered;

    /// <summary>How much may wait for its disk, from its next start on.</summary>
    public StorageLimits StorageLimits { get; set; } = new();

    /// <summary>How much may wait for its links, for those that come up from here on.</summary>
    public OutgoingLimits OutgoingLimits { get; set; } = OutgoingLimits.Standard;

    /// <summary>The same of bodies that it passes on, all links together.</summary>
    public PassedOnBudget PassedOn { get; set; } = new();

    /// <summary>A message arrives. False when the power goes just then.</summary>
    public bool TakesDelivery()
    {
        if (!Crashes.IsDueAtDelivery()) return true;
        PowerCut();
        return false;
    }

    public void Boot()
    {
        if (IsUp || IsGone) return;
        _restartAfter = null;
        if (Life++ > 0) Crashes.Restarting();
        var logBytes = LogBytes();
        try
        {
            _bootedAt = _world.Now;
            Keys = new SimKeyRing(Id, new SeededRandom(_world.Random.NextUInt64()));
            _store = ContentStore.Open(Disk, new StoreOptions(Home, Downloads, KeepFreeBytes: 0), Catalog, Keys, Wall);
        }
        catch (DiskException trouble)
        {
            // The program would tell its user and end; the service's supervisor starts it again.
            Say($"cannot start: {trouble.Message}");
            Disk.PowerOff();
            Disk.PowerOn();
            _world.Reached.Note(Rare.CouldNotStart);
            RestartAfter(TimeSpan.FromSeconds(5));
            return;
        }
        catch (SimCrash)
        {
            PowerCut();
            return;
        }
        var recovered = _store.Recovered;
        if (LogBytes() is > 0 and var now && now < logBytes) _world.Reached.Note(Rare.CompactedWhileRecovering);
        Say($"starts: {recovered.Uploads.Count} uploads, {recovered.Downloads.Count} downloads in the log");
        foreach (var warning in _store.RecoveryWarnings) Say($"warns: {warning}");
        _world.Checks.Recovered(this, _store);
        Storage = new SimStorage(_world, this, _store);
        _alarm.Reset();
        var options = Tune(new EngineOptions
        {
            Self = Id,
            Nickname = Name, IsOpen = true,
            Seed = new Bytes32(_world.Random.NextUInt64(), 0, 0, 0),
            FirstSequence = (ulong)Math.Max(1, Wall.GetUtcNow().ToUnixTimeMilliseconds()),
        });
        var recalled = Recall(recovered);
        _recorder = _world.Flights?.Start(this, options, recalled);
        Engine = Replay.Flights.EngineOf(options, Keys, Network, recalled, _recorder);
        _recorder?.Begin(Clock, null);
        Engine.Start(Clock, _outbox);
        CarryOut(null);
        foreach (var wire in _world.Wires) if (wire.Dialer == this) wire.Join();
        User.Started(recovered);
    }

    /// <summary>The process dies; the disk keeps what the kernel has.</summary>
    public void Kill() => Die(powerCut: false);

    /// <summary>The power goes: of what was not flushed, chance keeps a part.</summary>
    public void PowerCut() => Die(powerCut: true);

    /// <summary>Its power goes and never comes back.</summary>
    public void Vanish()
    {
        IsGone = true;
        if (IsUp) PowerCut();
    }

    /// <summary>The node is down, and somebody or something changes what lies on its disk.</summary>
    public void Tamper(Action<SimDisk> change)
    {
        if (IsUp) PowerCut();
        WasTampered = true;
        change(Disk);
        Shared.Rescan();
        _world.Checks.Tampered(this);
    }

    public void RestartAfter(TimeSpan delay)
    {
        _restartAfter = _world.Now;
        var mine = _restartAfter;
        _world.After(delay, () => { if (!IsUp && _restartAfter == mine) Boot(); });
    }

    public void Leave()
    {
        if (!IsUp || _hasLeft) return;
        _hasLeft = true;
        Post(new Input.LeaveNetwork(LeaveReason.LeftNetwork));
    }

    public void Rejoin()
    {
        if (!_hasLeft) return;
        _hasLeft = false;
        foreach (var wire in _world.Wires) if (wire.Dialer == this) wire.Join();
    }

    public LinkId NextLink(LinkEnd end)
    {
        var link = new LinkId(++_lastLink);
        _links.Add(link, end);
        return link;
    }

    public Join MakeJoin() => new(WireLimits.Version, WireLimits.Version, Id, Name, 256 * 1024, default, RunOf(Life));

    /// <summary>As random as in the program: a later run may have the smaller number.</summary>
    private static ulong RunOf(int life) => (ulong)life * 0x9E3779B97F4A7C15;

    public void Post(Input input, long after = 0)
    {
        var life = Life;
        _world.After(after, () => { if (Life == life && IsUp) Handle(input); });
    }

    /// <summary>A message arrives: handed in at once, so that a body is never between two owners.</summary>
    public void Receive(LinkId link, Message message, SimPayload? body)
    {
        _world.Trace.Say(_world.Now, Name,
            $"<- {_links[link].Session.Opposite(_links[link]).Node.Name} {Narration.Describe(message)}");
        Handle(new Input.Received(link, message, body));
    }

    /// <summary>The user does something now; not from within an effect.</summary>
    public void Act(Input input) => Handle(input);

    public void LinkDown(LinkEnd end, string reason)
    {
        _links.Remove(end.Link);
        Post(new Input.LinkDown(end.Link, reason));
    }

    /// <summary>Seals the piece and queues it. False when there is no key for it.</summary>
    public bool TrySendPiece(LinkId link, FileTransfer head, ReadOnlySpan<byte> piece)
    {
        if (Keys.Seal(head, piece) is not { } body) return false;
        _world.Checks.Sealed(this, link, head);
        if (_links.TryGetValue(link, out var end)) end.SendBody(default, head, Payloads.Rent(Name, body));
        return true;
    }

    public void Say(string line) => _world.Trace.Say(_world.Now, Name, $"{line}");

    private static ulong Mixed(int value) => new SeededRandom((ulong)value).NextUInt64();

    private long LogBytes() => Disk.Inspect(files => files
        .Where(file => file.Key.StartsWith(Log, StringComparison.Ordinal) && file.Key.EndsWith(".wal"))
        .Sum(file => file.Value.Length));

    private void Handle(Input input)
    {
        _world.Trace.Add(_world.Now, Index, 2, Narration.NumberOf(input));
        if (input is not (Input.Received or Input.Tick or Input.BulkSent)) Say($"* {Narration.Describe(input)}");
        _world.Checks.BeforeInput(this, input);
        _recorder?.Begin(Clock, input);
        Engine!.Handle(Clock, input, _outbox);
        CarryOut(input);
    }

    private void CarryOut(Input? input)
    {
        _recorder?.End(_outbox.Effects);
        _world.Checks.AfterEffects(this, input, _outbox.Effects);
        foreach (var effect in _outbox.Effects)
        {
            switch (effect)
            {
                case Effect.Send send: Send(send); break;
                case Effect.Forward it when _links.TryGetValue(it.Link, out var end):
                    end.SendBody(it.From, it.Head, (SimPayload)it.Body);
                    break;
                case Effect.Forward forward: forward.Body.Dispose(); break;
                case Effect.SendPiece piece: Storage!.Submit(piece); break;
                case Effect.Drop drop: drop.Body.Dispose(); break;
                case Effect.CloseLink close: Close(close); break;
                case Effect.Store store: Storage!.Submit(store.Request); break;
                case Effect.Tell tell: Tell(tell.Notice); break;
                default: throw new SimFailure($"unknown effect {effect}");
            }
        }
        _outbox.Clear();
        _alarm.Set(Engine!.NextDeadline);
    }

    private void Send(Effect.Send send)
    {
        _world.Trace.Add(_world.Now, Index, 3, ((long)send.Link.Value << 8) | (byte)send.Message.Type);
        if (!_links.TryGetValue(send.Link, out var end)) return;
        _world.Trace.Say(_world.Now, Name,
            $"-> {end.Session.Opposite(end).Node.Name} {Narration.Describe(send.Message)}");
        end.Send(send.Message);
    }

    private void Close(Effect.CloseLink close)
    {
        Say($"closes link {close.Link.Value}: {close.Reason} {close.Text}");
        if (_links.TryGetValue(close.Link, out var end)) end.Close(close.Reason, close.Text);
    }

    private void Tell(Notice notice)
    {
        _world.Checks.Told(this, notice);
        if (notice is not Notice.DownloadProgressed) Say($"! {notice}");
        User.Told(notice);
    }

    private void Die(bool powerCut)
    {
        if (powerCut || IsUp) _world.Trace.Add(_world.Now, Index, 4, powerCut ? 1 : 0);
        Say(powerCut ? "POWER CUT" : "KILLED");
        _world.Checks.Dying(this);
        var planned = Crashes.TakeDown();
        if (powerCut)
        {
            var torn = Disk.Crash();
            if (torn.Any(path => path.StartsWith(Log, StringComparison.Ordinal))) _world.Reached.Note(Rare.TornLogTail);
        }
        Disk.PowerOff();
        Disk.PowerOn();
        Life++;
        (Engine, Storage, _store) = (null, null, null);
        _outbox.Clear();
        _links.Clear();
        Payloads.WriteOff();
        User.Crashed();
        foreach (var wire in _world.Wires)
            if (wire.Dialer == this || wire.Listener == this) wire.NodeCrashed(this, CrashesSilently);
        Shared.Rescan();
        _world.Checks.Died(this);
        if (!planned) return;
        RestartAfter(Crashes.RestartDelay);
        Crashes.Tell();
    }
}
