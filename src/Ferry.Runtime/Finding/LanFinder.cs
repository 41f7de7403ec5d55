using System.Security.Cryptography;
using System.Threading.Channels;
using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Ferry.Transports.Lan;

namespace Ferry.Runtime.Finding;

/// <summary>
/// Finds nodes on the segments that this machine is on, and links to those of its network: carries datagrams to and
/// from the <see cref="Finder"/>, which decides, and dials whom it says. Hosts where DNS-SD shows nodes are asked, too.
/// Silent while the node listens nowhere that others can reach: alone on the loopback, or after leaving.
/// </summary>
internal sealed class LanFinder : IAsyncDisposable
{
    public const int DialsMax = 8;
    public const int DatagramsMax = 256;

    /// <summary>Systems do not tell of all that changes: of a cable that is put in again, for one.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long the user waits for answers.</summary>
    public static readonly TimeSpan LookTime = TimeSpan.FromMilliseconds(1200);

    private readonly Lock _gate = new();
    private readonly Finder _finder;
    private readonly FinderView _view;
    private readonly LanMedium _medium;
    private readonly LanServices _services;
    private readonly FoundDialer _dialer;
    private readonly Listeners _listeners;
    private readonly LinkTable _links;
    private readonly NodeLife _life;
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private readonly Warnings _warnings;
    private readonly AsyncSignal _wake = new();
    private readonly Channel<LanDatagram> _datagrams = Channel.CreateBounded<LanDatagram>(
        new BoundedChannelOptions(DatagramsMax) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<FoundDial, Task> _dials = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Ends the dials when there is no network any more; replaced then.</summary>
    private CancellationTokenSource _dialing = new();

    /// <summary>When to look at the network again.</summary>
    private Instant _looksAt;

    /// <summary>Why the sockets cannot be used; null when they can.</summary>
    private string? _trouble;
    private IReadOnlyList<LanSegment> _segments = [];

    public LanFinder(
        NodeId self, FinderView view, NetworkKeys keys, LanServices services, FoundDialer dialer, Listeners listeners,
        LinkTable links, NodeLife life, Warnings warnings, TimeProvider time)
    {
        (_view, _services, _dialer, _listeners) = (view, services, dialer, listeners);
        (_links, _life) = (links, life);
        (_warnings, _time, _clock) = (warnings, time, new NodeClock(time));
        var random = new SeededRandom(Draw());
        _finder = new Finder(
            self, view, new MemberBoxes(keys), () => new UInt128(Draw(), Draw()), random.Jitter,
            StringComparer.Ordinal);
        _medium = new LanMedium(OnReceived);
        _listeners.Changed += OnListening;
        _links.Lost += OnLost;
        _services.Changed += OnTold;
        _running = life.RunAsync("finding nodes", RunAsync, _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _listeners.Changed -= OnListening;
        _links.Lost -= OnLost;
        _services.Changed -= OnTold;
        await _stop.CancelAsync();
        await _running;
        await _dialing.CancelAsync();
        await Task.WhenAll(Dials);
        _medium.Dispose();
        _dialing.Dispose();
        _stop.Dispose();
    }

    /// <summary>Asks who is there, and waits for the answers.</summary>
    public async Task<IReadOnlyList<FoundNode>> LookAsync(CancellationToken cancel)
    {
        Instant since;
        lock (_gate)
        {
            since = _clock.Now;
            if (_segments.Count > 0) _finder.Look(since);
        }
        _wake.Set();
        await Task.Delay(LookTime, _time, cancel);
        lock (_gate) return _finder.HeardSince(since);
    }

    private Task[] Dials
    {
        get { lock (_gate) return [.. _dials.Values]; }
    }

    private static ulong Draw() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private void OnReceived(LanDatagram datagram)
    {
        if (_datagrams.Writer.TryWrite(datagram)) _wake.Set();
    }

    private void OnListening(object? sender, EventArgs e)
    {
        lock (_gate) _looksAt = _clock.Now;
        _wake.Set();
    }

    private void OnLost(object? sender, EventArgs e)
    {
        lock (_gate)
        {
            if (_segments.Count > 0) _finder.OnLinkLost(_clock.Now);
        }
        _wake.Set();
    }

    private void OnTold(object? sender, EventArgs e)
    {
        var hosts = _services.Hosts;
        _medium.Tell(hosts);
        lock (_gate)
        {
            if (_segments.Count > 0 && hosts.Count > 0) _finder.OnHostTold(_clock.Now);
        }
        _wake.Set();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await LookAtNetworkAsync();
            while (_datagrams.Reader.TryRead(out var datagram)) await AnswerAsync(datagram, stop);
            byte[]? probe;
            lock (_gate) probe = _finder.NextProbe(_clock.Now);
            if (probe is not null) await _medium.SendToAllAsync(probe, stop);
            StartDials();
            await WaitAsync(stop);
        }
    }

    private async Task LookAtNetworkAsync()
    {
        lock (_gate)
        {
            if (_looksAt > _clock.Now) return;
            _looksAt = _view.IsOnNetwork ? _clock.Now + LookEvery : Instant.Never;
        }
        var segments = LanSegment.Now(_view.PortAt);
        var before = _trouble;
        _trouble = _medium.Use(segments);
        if (_trouble is not null && _trouble != before)
        {
            _warnings.Add(
                $"nodes near do not all find each other by themselves, because UDP port {LanMedium.SharedPort} cannot "
                + $"be used here ({_trouble}): end what has it, or start with '--discovery off'");
        }
        var isSame = segments.SequenceEqual(_segments);
        lock (_gate)
        {
            _segments = segments;
            if (segments.Count == 0) _finder.Stop();
            else if (!isSame) _finder.OnNetwork(_clock.Now);
        }
        _services.Use(segments);
        if (segments.Count == 0) await StopDialsAsync();
    }

    private async Task StopDialsAsync()
    {
        await _dialing.CancelAsync();
        await Task.WhenAll(Dials);
        _dialing.Dispose();
        _dialing = new CancellationTokenSource();
        lock (_gate) _dials.Clear();
    }

    private async Task AnswerAsync(LanDatagram datagram, CancellationToken stop)
    {
        byte[]? reply;
        lock (_gate)
        {
            reply = _finder.OnDatagram(
                _clock.Now, datagram.Host, datagram.Segment.Port, datagram.Bytes.Span);
        }
        if (reply is not null) await _medium.SendAsync(reply, datagram.Source, stop);
    }

    private void StartDials()
    {
        lock (_gate)
        {
            while (_dials.Count < DialsMax && _finder.NextDial(_clock.Now) is { } dial)
            {
                _dials[dial] = _life.RunAsync(
                    "linking a found node", cancel => DialAsync(dial, cancel), _dialing.Token);
            }
        }
    }

    private async Task DialAsync(FoundDial dial, CancellationToken cancel)
    {
        var isLinked = await _dialer.DialAsync(dial, cancel);
        lock (_gate)
        {
            _dials.Remove(dial);
            _finder.OnDialed(_clock.Now, dial, isLinked);
        }
        _wake.Set();
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        TimeSpan limit;
        lock (_gate)
        {
            var due = _dials.Count < DialsMax ? _finder.DueAt : Instant.Never;
            due = Instant.Min(due, _looksAt);
            limit = due == Instant.Never ? Timeout.InfiniteTimeSpan : Instant.Max(due, _clock.Now) - _clock.Now;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = _wake.WaitAsync(either.Token);
        await Task.WhenAny(woken, Task.Delay(limit, _time, either.Token));
        await either.CancelAsync();
        // What it was woken for is looked for after the signal has been taken back, never before.
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }
}
