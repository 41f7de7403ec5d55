using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Whether this node takes part in the network. After leaving it has no links, dials no address and refuses
/// connections, until its user joins again; its transfers wait in the log.
/// </summary>
internal sealed class Membership(
    Listeners listeners, Connector connector, DialTicket dialTicket, LinkTable links, JoinedAddresses remembered,
    NodeLoop loop, TimeProvider time) : IDisposable
{
    /// <summary>The time limit for queued messages and the Leave.</summary>
    public static readonly TimeSpan GoodbyeTimeLimit = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile bool _hasLeft;

    public bool HasLeft => _hasLeft;

    /// <summary>Where it listens when it takes part.</summary>
    public IReadOnlyList<string> Listen { get; private set; } = [];

    /// <summary>What its user wanted joined when it started, and has not left since.</summary>
    public IReadOnlyList<string> Join { get; private set; } = [];

    /// <summary>Listens, and dials what was joined before and what the user wants joined.</summary>
    /// <param name="hasLeft">The node has left already, and does neither before its user joins again.</param>
    /// <exception cref="FerryException">An address to listen at cannot be had.</exception>
    public async Task StartAsync(
        IReadOnlyList<string> listen, IReadOnlyList<string> join, bool hasLeft, CancellationToken cancel)
    {
        (Listen, Join, _hasLeft) = (listen, join, hasLeft);
        if (hasLeft) return;
        await listeners.OpenAsync(listen, cancel);
        Listen = listeners.BoundAddresses;
        foreach (var address in remembered.All.Concat(join)) connector.Keep(address);
    }

    /// <exception cref="FerryException">Nobody answered there, or not as a node that admits this one.</exception>
    public async Task<JoinInfo> JoinAsync(string address, CancellationToken cancel)
    {
        // Outside the lock: the other end decides how long dialing takes, and other joins and a leave must not wait for
        // it.
        var joined = Ticket.IsMeant(address)
            ? await connector.JoinAsync(Read(address), dialTicket, cancel)
            : await connector.JoinAsync(address, cancel);
        await _oneAtATime.WaitAsync(cancel);
        try
        {
            if (_hasLeft) await listeners.OpenAsync(Listen, cancel);
            _hasLeft = false;
            return joined;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>What is wrong is said without the ticket, which may be a secret all the same.</summary>
    private static Ticket Read(string text) => Ticket.Parse(text) ?? throw new FerryException(
        FailureKind.Refused, "the ticket is damaged or of another version: copy it whole, or ask for a new one");

    public async Task LeaveAsync(CancellationToken cancel)
    {
        await _oneAtATime.WaitAsync(cancel);
        try
        {
            await connector.ForgetAllAsync();
            await listeners.CloseAsync();
            (Join, _hasLeft) = ([], true);
            await SayGoodbyeAsync(LeaveReason.LeftNetwork);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Tells the neighbours, and returns when the links have ended or the time is up.</summary>
    public async Task SayGoodbyeAsync(LeaveReason reason)
    {
        try
        {
            await loop.TellAsync(new Input.LeaveNetwork(reason), CancellationToken.None);
            await links.WhenAllEndAsync().WaitAsync(GoodbyeTimeLimit, time);
        }
        catch (Exception e) when (e is FerryException or TimeoutException)
        {
            // The loop has ended already, or a neighbour does not take the Leave: it will notice the missing
            // heartbeats.
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
