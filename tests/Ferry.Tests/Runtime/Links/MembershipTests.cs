using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Store;
using Ferry.Tests.Transports;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class MembershipTests : IAsyncDisposable
{
    private const string Harbour = "memory://harbour";
    private const string Boat = "tcp://boat:4747";

    private readonly TemporaryFolder _folder = new();
    private readonly RuntimeStage _stage = new();
    private readonly Identity _identity = Identity.Create();
    private readonly SealKeyRing _seals;
    private readonly StorageWorkers _workers;
    private readonly TransferMonitor _monitor;
    private readonly NodeLoop _loop;
    private readonly TransportSet _transports = new([new MemoryTransport()]);
    private readonly HomeFolder _home;
    private readonly JoinedAddresses _remembered;
    private readonly Channel<string> _dialed = Channel.CreateUnbounded<string>();
    private readonly TestClock _time = new();
    private readonly Connector _connector;
    private readonly Listeners _listeners;
    private readonly Membership _membership;

    public MembershipTests()
    {
        var (options, time) = (Some.Options(_identity.Id), _stage.Store.Time);
        _seals = new SealKeyRing(_identity);
        _workers = new StorageWorkers(
            _stage.Store.Store, _seals, _stage.Links, _stage.Inbox, new StorageLimits(), _stage.Life, _stage.Meter,
            time);
        _monitor = new TransferMonitor(_stage.Meter, time, NullLogger.Instance);
        var core = new RecordedCore(
            new Engine(options, _seals, new PlainNetwork(), RecoveredState.Empty),
            new NodeRecorder(options, RecoveredState.Empty),
            _stage.Meter, _monitor, time);
        var notices = new NoticeBoard(new Warnings(NullLogger.Instance));
        _loop = new NodeLoop(
            core, new EffectCarrier(_stage.Links, _workers, notices), _stage.Links.PeerOf, _stage.Inbox, _stage.Life,
            time);
        _home = HomeFolder.Open(_folder["home"]);
        _remembered = JoinedAddresses.Load(_home, NullLogger.Instance);
        _connector = new Connector(
            DialAsync, _ => Task.Delay(Timeout.Infinite), _remembered,
            KnownNodes.Load(_home, time, NullLogger.Instance), new Warnings(NullLogger.Instance), _stage.Life, time,
            NullLogger.Instance);
        _listeners = new Listeners(_transports, RefuseAsync, _stage.Life, new RefusalLog(_time, NullLogger.Instance),
            NullLogger.Instance);
        _membership = new Membership(
            _listeners, _connector, (address, _, cancel) => DialAsync(address, null, cancel), _stage.Links,
            _remembered, _loop, _time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_dials_what_was_joined_before_and_what_is_wanted_now()
    {
        _remembered.Add(Boat, Some.Node(2));
        await _membership.StartAsync([Harbour], ["tcp://pier:4747"], hasLeft: false, Cancel);
        string[] dialed = [await NextDialAsync(), await NextDialAsync()];
        Assert.Equal([Boat, "tcp://pier:4747"], dialed.Order());
        Assert.True(await IsListeningAsync());
    }

    [Fact]
    public async Task Start_that_cannot_listen_dials_nobody()
    {
        _remembered.Add(Boat, Some.Node(2));
        await Assert.ThrowsAsync<FerryException>(
            () => _membership.StartAsync(["bluetooth://hci0"], [], hasLeft: false, Cancel));
        Assert.Empty(_connector.Addresses);
    }

    [Fact]
    public async Task Leaving_tells_the_neighbours_and_stays_away_until_the_user_joins_again()
    {
        await _membership.StartAsync([Harbour], [Boat], hasLeft: false, Cancel);
        var peer = await LinkAsync();
        var leaving = _membership.LeaveAsync(Cancel);
        Assert.Equal(LeaveReason.LeftNetwork, await ReceiveLeaveAsync(peer));
        await peer.DisposeAsync();
        await leaving.WaitAsync(Patience.Limit, Cancel);
        await Patience.UntilAsync(() => _stage.Links.Count == 0);
        Assert.True(_membership.HasLeft);
        Assert.Empty(_connector.Addresses);
        Assert.Empty(_remembered.All);
        Assert.False(await IsListeningAsync());

        Assert.Equal("boat", (await _membership.JoinAsync("boat", Cancel)).Nickname);
        Assert.False(_membership.HasLeft);
        Assert.True(await IsListeningAsync());
        Assert.Equal([Boat], _remembered.All);
    }

    [Fact]
    public async Task Leaving_waits_for_a_neighbour_that_does_not_close_until_its_limit()
    {
        await _membership.StartAsync([Harbour], [], hasLeft: false, Cancel);
        var peer = await LinkAsync();
        var leaving = _membership.LeaveAsync(Cancel);
        Assert.Equal(LeaveReason.LeftNetwork, await ReceiveLeaveAsync(peer));
        await Patience.UntilAsync(() => _time.Armed == 1);
        _time.Advance(Membership.GoodbyeTimeLimit - TimeSpan.FromMilliseconds(1));
        Assert.False(leaving.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await leaving.WaitAsync(Patience.Limit, Cancel);
        Assert.True(_membership.HasLeft);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Goodbye_of_a_node_whose_loop_has_ended_is_over_at_once()
    {
        await _membership.StartAsync([Harbour], [], hasLeft: false, Cancel);
        _stage.Inbox.Close();
        await _membership.SayGoodbyeAsync(LeaveReason.ShuttingDown).WaitAsync(Patience.Limit, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _listeners.DisposeAsync();
        _membership.Dispose();
        await _loop.DisposeAsync();
        await _monitor.DisposeAsync();
        await _workers.DisposeAsync();
        await _stage.DisposeAsync();
        _transports.Dispose();
        _seals.Dispose();
        _identity.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }

    /// <summary>A link that the core knows; returns its other end.</summary>
    private async Task<SecureLink> LinkAsync()
    {
        var (near, far) = await LinkFixture.Linked();
        var link = _stage.Links.Add(near);
        await _loop.TellAsync(
            new Input.LinkUp(link, near.PeerJoin, near.Traits, near.Path, near.Address, near.Dialed), Cancel);
        return far;
    }

    private static async Task<LeaveReason> ReceiveLeaveAsync(SecureLink peer)
    {
        while (true)
        {
            var received = await LinkFixture.Receive(peer);
            Assert.Null(received.Close);
            if (received.Message is Leave leave) return leave.Reason;
        }
    }

    private async Task<bool> IsListeningAsync()
    {
        var connection = await _transports.ConnectAsync(Harbour, Cancel);
        if (connection.Value is { } made) await made.DisposeAsync();
        return connection.Succeeded;
    }

    private async Task<string> NextDialAsync() =>
        await _dialed.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Patience.Limit, Cancel);

    private Task<Outcome<DialedPeer>> DialAsync(string address, NodeId? expected, CancellationToken cancel)
    {
        Assert.True(_dialed.Writer.TryWrite(address));
        return Task.FromResult(Outcome<DialedPeer>.Of(new DialedPeer(Some.Node(2), "boat", "tcp", "tcp boat")));
    }

    private static async Task<LinkFailure?> RefuseAsync(IConnection connection, CancellationToken cancel)
    {
        await connection.DisposeAsync();
        return null;
    }
}
