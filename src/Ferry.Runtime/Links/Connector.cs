using Ferry.Protocol.Dialing;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>Connects to an address and makes the link known; it is up when this returns a value.</summary>
/// <param name="expected">The node that must answer there; null for any.</param>
internal delegate Task<Outcome<DialedPeer>> Dial(string address, NodeId? expected, CancellationToken cancel);

/// <summary>Connects to an address at which only the ticket's inviter may answer, and proves the ticket.</summary>
internal delegate Task<Outcome<DialedPeer>> DialTicket(string address, Ticket ticket, CancellationToken cancel);

/// <summary>
/// Keeps this node linked to the addresses that were joined: dials, waits while there is a link over the path that
/// leads there (whoever made it), and dials again when its <see cref="RedialSchedule"/> says. A node that has answered
/// at an address is expected there from then on: another one gets no link before the user has forgotten the old one
/// or trusts the new one.
/// </summary>
/// <param name="whenAway">Ends when there is no link over the path by which the neighbour was reached.</param>
internal sealed class Connector(
    Dial dial, Func<DialedPeer, Task> whenAway, JoinedAddresses remembered, KnownNodes known, Warnings warnings,
    NodeLife life, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    /// <summary>People who have just said yes do not want to wait.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);
    private readonly List<string> _joining = [];

    /// <summary>Who answered last where another node is remembered.</summary>
    private readonly Dictionary<string, NodeId> _changed = new(StringComparer.Ordinal);

    public IReadOnlyList<JoinedAddress> Addresses
    {
        get
        {
            lock (_gate)
            {
                return [.. _targets.Values.OrderBy(target => target.Address, StringComparer.Ordinal)
                    .Select(target => new JoinedAddress(
                        target.Address, target.Peer, target.IsDialing, _changed.ContainsKey(target.Address),
                        target.LastFailure == LinkFailureKind.Asked))];
            }
        }
    }

    /// <summary>Nodes that answered where others are remembered.</summary>
    public IReadOnlyList<NodeId> Changed
    {
        get { lock (_gate) return [.. _changed.Values.Distinct()]; }
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
    public void Keep(string address) => Keep(address, null);

    /// <param name="failure">Why it was not linked just now.</param>
    private void Keep(string address, LinkFailureKind? failure)
    {
        lock (_gate)
        {
            if (!_targets.ContainsKey(address)) StartKeeping(new Target(address) { LastFailure = failure });
        }
    }

    /// <summary>Connects now; remembers the address and keeps it linked when that worked.</summary>
    /// <exception cref="FerryException">There was no answer, or none of a node that admits this one.</exception>
    public async Task<JoinInfo> JoinAsync(string address, CancellationToken cancel)
    {
        var parsed = NodeAddress.Parse(address);
        if (!parsed.Succeeded) throw LinkFailures.ToException(parsed.Failure);
        var name = parsed.Value.ToString()!;
        if (Find(name) is { } kept && LinkedNow(kept) is { } linked) return Describe(name, linked);

        var made = await JoiningAsync(name, cancel);
        if (made.Failure is { Kind: LinkFailureKind.Asked, Peer: { } asked })
        {
            remembered.Add(name, asked);
            Keep(name, made.Failure.Kind);
        }
        if (!made.Succeeded) throw LinkFailures.ToException(made.Failure);
        return KeepLinked(name, made.Value);
    }

    private JoinInfo KeepLinked(string name, DialedPeer linked)
    {
        remembered.Add(name, linked.Node);
        lock (_gate)
        {
            if (_targets.TryGetValue(name, out var target)) target.Peer = linked;
            else StartKeeping(new Target(name) { Peer = linked });
        }
        return Describe(name, linked);
    }

    /// <summary>
    /// Joins the inviter at the first of its addresses that answers, and trusts it: its key is in the ticket.
    /// </summary>
    /// <exception cref="FerryException">Nobody with that key answers, or the ticket is not good.</exception>
    public async Task<JoinInfo> JoinAsync(Ticket ticket, DialTicket dialTicket, CancellationToken cancel)
    {
        var failure = new LinkFailure(LinkFailureKind.BadAddress, "the ticket has no address");
        foreach (var address in ticket.Addresses)
        {
            var made = await dialTicket(address, ticket, cancel);
            if (made.Succeeded)
            {
                known.Trust(made.Value.Node, made.Value.Nickname);
                return KeepLinked(NodeAddress.Parse(address).Value!.ToString()!, made.Value);
            }
            failure = made.Failure;
            if (failure.Kind is LinkFailureKind.WrongTicket or LinkFailureKind.TicketExpired
                or LinkFailureKind.TicketUsed) break;
        }
        throw LinkFailures.ToException(failure);
    }

    private async Task<Outcome<DialedPeer>> JoiningAsync(string address, CancellationToken cancel)
    {
        lock (_gate) _joining.Add(address);
        try
        {
            return await DialRememberedAsync(address, cancel);
        }
        finally
        {
            lock (_gate) _joining.Remove(address);
        }
    }

    /// <summary>Stops keeping an address and expects nobody there; false when it was not known.</summary>
    public async Task<bool> ForgetAsync(string address)
    {
        Target? target;
        lock (_gate)
        {
            _targets.Remove(address, out target);
            _changed.Remove(address);
        }
        if (target is not null) await EndAsync([target]);
        return remembered.Remove(address) || target is not null;
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
        await EndAsync(targets);
    }

    private static async Task EndAsync(IReadOnlyList<Target> targets)
    {
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
        if (target.LastFailure == LinkFailureKind.Asked) await Task.Delay(AskAgainAfter, time, stop);
        while (true)
        {
            var linked = LinkedNow(target) ?? await DialAsync(target, stop);
            var wait = linked is not null ? schedule.AfterLink(await WaitForEndAsync(linked, stop))
                : target.LastFailure == LinkFailureKind.Asked ? AskAgainAfter : schedule.AfterFailure();
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
            var made = await DialRememberedAsync(target.Address, stop);
            if (made.Succeeded)
            {
                target.Peer = made.Value;
                target.LastFailure = null;
                PinIfPossible(target.Address, made.Value.Node);
                return made.Value;
            }
            // Said once, not at every attempt.
            if (target.LastFailure != made.Failure.Kind) Tell(target.Address, made.Failure);
            target.LastFailure = made.Failure.Kind;
            return null;
        }
        finally
        {
            target.IsDialing = false;
        }
    }

    /// <summary>
    /// Links to the node that is remembered for the address, or to another there that the user trusts.
    /// </summary>
    private async Task<Outcome<DialedPeer>> DialRememberedAsync(string address, CancellationToken cancel)
    {
        var made = await dial(address, remembered.PinOf(address), cancel);
        if (made.Failure is { Kind: LinkFailureKind.OtherNode, Peer: { } answered })
        {
            if (!known.IsTrusted(answered)) return KeyChanged(address, answered);
            made = await dial(address, answered, cancel);
        }
        if (made.Succeeded) lock (_gate) _changed.Remove(address);
        return made;
    }

    private LinkFailure KeyChanged(string address, NodeId answered)
    {
        lock (_gate) _changed[address] = answered;
        var (then, now) = (Fingerprint.Of(remembered.PinOf(address) ?? default), Fingerprint.Of(answered));
        return new LinkFailure(
            LinkFailureKind.OtherNode,
            $"the key at {address} has changed from {then} to {now}, so another machine answers there, or somebody in "
                + $"between: if you know why, say 'forget {address}' and join it again, or 'trust {now}'")
        {
            Peer = answered,
        };
    }

    private void Tell(string address, LinkFailure failure)
    {
        if (failure.Kind == LinkFailureKind.OtherNode) warnings.Add(failure.Text);
        else LinkLog.CannotJoin(log, address, failure.Text);
    }

    /// <summary>A link that is up is worth more than a file that cannot be written.</summary>
    private void PinIfPossible(string address, NodeId node)
    {
        try
        {
            remembered.Pin(address, node);
        }
        catch (FerryException e)
        {
            warnings.Add(e.Message);
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
/// <param name="HasChanged">Another node than the remembered one answered there last.</param>
/// <param name="HasAsked">The user of the node there has been asked to let this one in.</param>
internal sealed record JoinedAddress(
    string Address, DialedPeer? Peer, bool IsDialing, bool HasChanged, bool HasAsked);
