using Ferry.Protocol.Dialing;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>Connects to an address and makes the link known; it is up when this returns a value.</summary>
internal delegate Task<Outcome<DialedPeer>> Dial(string address, CancellationToken cancel);

/// <summary>
/// Keeps this node linked to the addresses that were joined: dials, waits while there is a link over the path that
/// leads there (whoever made it), and dials again when its <see cref="RedialSchedule"/> says.
/// </summary>
/// <param name="whenAway">Ends when there is no link over the path by which the neighbour was reached.</param>
internal sealed class Connector(
    Dial dial, Func<DialedPeer, Task> whenAway, JoinedAddresses remembered, NodeLife life, TimeProvider time,
    ILogger log)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);
    private readonly List<string> _joining = [];

    public IReadOnlyList<JoinedAddress> Addresses
    {
        get
        {
            lock (_gate)
            {
                return [.. _targets.Values.OrderBy(target => target.Address, StringComparer.Ordinal)
                    .Select(target => new JoinedAddress(target.Address, target.Peer, target.IsDialing))];
            }
        }
    }

    /// <summary>Addresses that are being joined now, or that were and are not linked.</summary>
    public IReadOnlyList<string> Unlinked
    {
        get
        {
            Target[] targets;
            string[] joining;
            lock (_gate) (targets, joining) = ([.. _targets.Values], [.. _joining]);
            var away = targets.Where(target => LinkedNow(target) is null).Select(target => target.Address);
            return [.. joining.Concat(away).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Keeps the address linked from now on, whether it answers now or not.</summary>
    public void Keep(string address)
    {
        lock (_gate)
        {
            if (!_targets.ContainsKey(address)) StartKeeping(new Target(address));
        }
    }

    /// <summary>Connects now; remembers the address and keeps it linked when that worked.</summary>
    /// <exception cref="FerryException">There was no answer, or none of a node that admits this one.</exception>
    public async Task<JoinInfo> JoinAsync(string address, CancellationToken cancel)
    {
        var parsed = NodeAddress.Parse(address);
        if (!parsed.Succeeded) throw LinkFailures.ToException(parsed.Failure);
        var name = parsed.Value.ToString()!;
        if (Find(name) is { } known && LinkedNow(known) is { } linked) return Describe(name, linked);

        var made = await JoiningAsync(name, cancel);
        if (!made.Succeeded) throw LinkFailures.ToException(made.Failure);
        remembered.Add(name);
        lock (_gate)
        {
            if (_targets.TryGetValue(name, out var target)) target.Peer = made.Value;
            else StartKeeping(new Target(name) { Peer = made.Value });
        }
        return Describe(name, made.Value);
    }

    private async Task<Outcome<DialedPeer>> JoiningAsync(string address, CancellationToken cancel)
    {
        lock (_gate) _joining.Add(address);
        try
        {
            return await dial(address, cancel);
        }
        finally
        {
            lock (_gate) _joining.Remove(address);
        }
    }

    /// <summary>Stops keeping all addresses; links that are up stay.</summary>
    public async Task ForgetAllAsync()
    {
        await StopKeepingAsync();
        remembered.Clear();
    }

    public async ValueTask DisposeAsync() => await StopKeepingAsync();

    private static JoinInfo Describe(string address, DialedPeer neighbour) =>
        new(address, neighbour.Node.ToString(), neighbour.Nickname, neighbour.Transport);

    private Target? Find(string address)
    {
        lock (_gate) return _targets.GetValueOrDefault(address);
    }

    /// <summary>Who is linked over the path that leads there, whoever made the link.</summary>
    private DialedPeer? LinkedNow(Target target) =>
        target.Peer is { } known && !whenAway(known).IsCompleted ? known : null;

    private void StartKeeping(Target target)
    {
        _targets.Add(target.Address, target);
        target.Keeping = life.RunAsync("joining", stop => KeepLinkedAsync(target, stop), target.Stop.Token);
    }

    private async Task StopKeepingAsync()
    {
        Target[] targets;
        lock (_gate)
        {
            targets = [.. _targets.Values];
            _targets.Clear();
        }
        foreach (var target in targets) await target.Stop.CancelAsync();
        foreach (var target in targets)
        {
            await target.Keeping;
            target.Stop.Dispose();
        }
    }

    private async Task KeepLinkedAsync(Target target, CancellationToken stop)
    {
        var schedule = new RedialSchedule(new SeededRandom((ulong)Random.Shared.NextInt64()));
        while (true)
        {
            var linked = LinkedNow(target) ?? await DialAsync(target, stop);
            var wait = linked is null
                ? schedule.AfterFailure()
                : schedule.AfterLink(await WaitForEndAsync(linked, stop));
            await Task.Delay(wait, time, stop);
        }
    }

    /// <summary>Returns how long the link lasted, at its end.</summary>
    private async Task<TimeSpan> WaitForEndAsync(DialedPeer linked, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        await whenAway(linked).WaitAsync(stop);
        return time.GetElapsedTime(since);
    }

    /// <summary>Null when nobody answered.</summary>
    private async Task<DialedPeer?> DialAsync(Target target, CancellationToken stop)
    {
        target.IsDialing = true;
        try
        {
            var made = await dial(target.Address, stop);
            if (made.Succeeded)
            {
                target.Peer = made.Value;
                target.LastFailure = null;
                return made.Value;
            }
            // Logged once, not at every attempt.
            if (target.LastFailure != made.Failure.Kind) LinkLog.CannotJoin(log, target.Address, made.Failure.Text);
            target.LastFailure = made.Failure.Kind;
            return null;
        }
        finally
        {
            target.IsDialing = false;
        }
    }

    private sealed class Target(string address)
    {
        private volatile DialedPeer? _peer;
        private volatile bool _isDialing;

        public string Address { get; } = address;
        public CancellationTokenSource Stop { get; } = new();
        public Task Keeping { get; set; } = Task.CompletedTask;
        public LinkFailureKind? LastFailure { get; set; }

        /// <summary>The node that answered there last; null before the first answer.</summary>
        public DialedPeer? Peer
        {
            get => _peer;
            set => _peer = value;
        }

        public bool IsDialing
        {
            get => _isDialing;
            set => _isDialing = value;
        }
    }
}

/// <param name="Peer">Null before the first answer.</param>
internal sealed record JoinedAddress(string Address, DialedPeer? Peer, bool IsDialing);
