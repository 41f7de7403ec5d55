using Ferry.Runtime.Loop;
using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>
/// Takes connections at the addresses a user chose and hands each to its handshake. Unauthenticated peers cost memory
/// and time, so the number of handshakes at once is bounded. Beyond it one is cancelled: the oldest of the host with
/// the most, so that neither silent peers nor a stream of them from one host keeps others out, however slow their radio
/// is.
/// </summary>
/// <param name="accept">
/// Does the handshake and makes the link known. Owns the connection; never throws for what the peer does.
/// </param>
internal sealed class Listeners(
    TransportSet transports, Func<IConnection, CancellationToken, Task<LinkFailure?>> accept, NodeLife life,
    RefusalLog refusals, ILogger log) : IAsyncDisposable
{
    public const int HandshakesMax = 64;

    private readonly Lock _gate = new();
    private readonly List<UnderWay> _handshakes = [];
    private List<IListener> _listeners = [];
    private List<LinkFailure> _missing = [];
    private List<Task> _accepting = [];

    /// <summary>Null while closed.</summary>
    private CancellationTokenSource? _stop;

    /// <summary>It listens elsewhere than before.</summary>
    public event EventHandler? Changed;

    /// <summary>Where it listens; empty while closed.</summary>
    public IReadOnlyList<string> BoundAddresses
    {
        get { lock (_gate) return [.. _listeners.Select(listener => listener.BoundAddress)]; }
    }

    /// <summary>Where others can connect now; empty while closed.</summary>
    public IReadOnlyList<string> Addresses
    {
        get { lock (_gate) return [.. _listeners.SelectMany(listener => listener.Addresses)]; }
    }

    /// <summary>Limits of the listening, in sentences for people.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate)
            {
                var caveats = _listeners.Where(listener => listener.Caveat is not null)
                    .Select(listener => $"{listener.BoundAddress}: {listener.Caveat}");
                return [.. _missing.Select(failure => failure.Text), .. caveats];
            }
        }
    }

    /// <summary>
    /// Listens at all addresses or at none. An address without a transport on this machine is only a warning while
    /// another address works: without its Bluetooth adapter a node still has Wi-Fi.
    /// </summary>
    /// <exception cref="FerryException">An address cannot be listened at, or none is left.</exception>
    public async Task OpenAsync(IReadOnlyList<string> addresses, CancellationToken cancel)
    {
        var opened = new List<IListener>();
        var missing = new List<LinkFailure>();
        foreach (var address in addresses)
        {
            var outcome = await transports.ListenAsync(address, cancel);
            if (outcome.Succeeded)
            {
                opened.Add(outcome.Value);
                continue;
            }
            missing.Add(outcome.Failure);
            if (outcome.Failure.Kind == LinkFailureKind.NoSuchTransport && missing.Count < addresses.Count) continue;
            foreach (var listener in opened) await listener.DisposeAsync();
            throw LinkFailures.ToException(outcome.Failure);
        }

        lock (_gate)
        {
            var stop = new CancellationTokenSource();
            _stop = stop;
            _listeners = opened;
            _missing = missing;
            _accepting = [.. opened.Select(listener =>
                life.RunAsync("listening", token => AcceptAsync(listener, token), stop.Token))];
        }
        foreach (var failure in missing) LinkLog.CannotListen(log, failure.Text);
        foreach (var listener in opened) Tell(listener);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Stops listening; running handshakes are cancelled, links that are up stay.</summary>
    public async Task CloseAsync()
    {
        List<IListener> listeners;
        List<Task> ending;
        CancellationTokenSource? stop;
        lock (_gate)
        {
            (listeners, _listeners) = (_listeners, []);
            _missing = [];
            (ending, _accepting) = (_accepting, []);
            (stop, _stop) = (_stop, null);
        }
        if (stop is null) return;
        Changed?.Invoke(this, EventArgs.Empty);
        foreach (var listener in listeners) await listener.DisposeAsync();
        await stop.CancelAsync();
        await Task.WhenAll(ending);
        UnderWay[] handshakes;
        lock (_gate)
        {
            handshakes = [.. _handshakes];
            _handshakes.Clear();
        }
        foreach (var handshake in handshakes)
        {
            await handshake.Running;
            handshake.Stop.Dispose();
        }
        stop.Dispose();
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private void Tell(IListener listener)
    {
        LinkLog.Listening(log, listener.BoundAddress);
        if (listener.Caveat is { } caveat) LinkLog.ListeningWithCaveat(log, listener.BoundAddress, caveat);
    }

    private async Task AcceptAsync(IListener listener, CancellationToken stop)
    {
        while (await listener.AcceptAsync(stop) is { } connection) Begin(connection, stop);
    }

    private void Begin(IConnection connection, CancellationToken stop)
    {
        var begun = new UnderWay(connection.RemoteAddress, CancellationTokenSource.CreateLinkedTokenSource(stop));
        lock (_gate)
        {
            foreach (var over in _handshakes.Where(handshake => handshake.Running.IsCompleted)) over.Stop.Dispose();
            _handshakes.RemoveAll(handshake => handshake.Running.IsCompleted);
            var current = _handshakes.Where(handshake => !handshake.Stop.IsCancellationRequested).ToList();
            if (current.Count >= HandshakesMax)
            {
                var gone = OriginCrowd.OldestOfLargest([.. current.Select(handshake => handshake.Origin)]);
                current[gone].Stop.Cancel();
            }
            begun.Running = life.RunAsync(
                "a handshake", token => AcceptAsync(connection, token), begun.Stop.Token);
            _handshakes.Add(begun);
        }
    }

    private async Task AcceptAsync(IConnection connection, CancellationToken stop)
    {
        var address = connection.RemoteAddress;
        // That somebody asks has been said, once.
        if (await accept(connection, stop) is { Kind: not LinkFailureKind.Asked } failure)
            refusals.Tell(address, failure.Text);
    }

    private sealed class UnderWay(string address, CancellationTokenSource stop)
    {
        public string Origin { get; } = AddressOrigin.Of(address);
        public CancellationTokenSource Stop { get; } = stop;
        public Task Running { get; set; } = Task.CompletedTask;
    }
}
