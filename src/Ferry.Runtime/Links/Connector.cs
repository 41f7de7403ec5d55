using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>Connects to an address and makes the link known; it is up when this returns a value.</summary>
internal delegate Task<Outcome<DialedPeer>> Dial(string address, CancellationToken cancel);

/// <summary>
/// Keeps this node linked to the addresses that were joined: dials, waits while there is a link over the path that
/// leads there (whoever made it), and dials again at once when it is lost. Without an answer it backs off from 1 s to
/// 60 s, for ever: the node may come back at any time.
/// </summary>
/// <param name="whenAway">Ends when there is no link over the path by which the neighbour was reached.</param>
internal sealed class Connector(
    Dial dial, Func<DialedPeer, Task> whenAway, JoinedAddresses remembered, Action<Exception> fault, TimeProvider time,
    ILogger log)
    : IAsyncDisposable
{
    public static readonly TimeSpan BackOffFirst = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(60);

    /// <summary>A shorter link counts as a failed dial, so that nodes that close each other's links back off.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);
    private readonly SeededRandom _random = new((ulong)Random.Shared.NextInt64());

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
        if (LinkedAt(name) is { } linked) return Describe(name, linked);

        var made = await dial(name, cancel);
        if (!made.Succeeded) throw LinkFailures.ToException(made.Failure);
        remembered.Add(name);
        lock (_gate)
        {
            if (_targets.TryGetValue(name, out var target)) target.Peer = made.Value;
            else StartKeeping(new Target(name) { Peer = made.Value });
        }
        return Describe(name, made.Value);
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

    private DialedPeer? LinkedAt(string address)
    {
        lock (_gate)
        {
            var neighbour = _targets.TryGetValue(address, out var target) ? target.Peer : null;
            return neighbour is not null && !whenAway(neighbour).IsCompleted ? neighbour : null;
        }
    }

    private void StartKeeping(Target target)
    {
        _targets.Add(target.Address, target);
        target.Keeping = KeepAsync(target);
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

    private async Task KeepAsync(Target target)
    {
        // Yields, because this is called under the lock.
        await Task.Yield();
        try
        {
            await KeepLinkedAsync(target, target.Stop.Token);
        }
        catch (OperationCanceledException) when (target.Stop.IsCancellationRequested)
        {
            // The user left, or the node stops.
        }
#pragma warning disable CA1031 // Not swallowed: the node stops with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault(e);
        }
    }

    private async Task KeepLinkedAsync(Target target, CancellationToken stop)
    {
        var backOff = BackOffFirst;
        while (true)
        {
            if (target.Peer is { } known)
            {
                var since = time.GetTimestamp();
                await whenAway(known).WaitAsync(stop);
                if (time.GetElapsedTime(since) >= SettledAfter) backOff = BackOffFirst;
            }

            var dialed = time.GetTimestamp();
            if (await DialAsync(target, stop))
            {
                await whenAway(target.Peer!).WaitAsync(stop);
                if (time.GetElapsedTime(dialed) >= SettledAfter)
                {
                    backOff = BackOffFirst;
                    continue;
                }
            }
            await Task.Delay(Jitter(backOff), time, stop);
            backOff = backOff * 2 < BackOffMax ? backOff * 2 : BackOffMax;
        }
    }

    private async Task<bool> DialAsync(Target target, CancellationToken stop)
    {
        target.IsDialing = true;
        try
        {
            var made = await dial(target.Address, stop);
            if (made.Succeeded)
            {
                target.Peer = made.Value;
                target.LastFailure = null;
                return true;
            }
            // Logged once, not at every attempt.
            if (target.LastFailure != made.Failure.Kind) LinkLog.CannotJoin(log, target.Address, made.Failure.Text);
            target.LastFailure = made.Failure.Kind;
            return false;
        }
        finally
        {
            target.IsDialing = false;
        }
    }

    private TimeSpan Jitter(TimeSpan span)
    {
        lock (_gate) return _random.Jitter(span);
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
