using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Store;
using Ferry.Tests.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Loop;

public sealed class EffectCarrierTests : IAsyncDisposable
{
    private readonly RuntimeStage _stage = new();
    private readonly Identity _identity = Identity.Create();
    private readonly SealKeyRing _seals;
    private readonly StorageWorkers _workers;
    private readonly NoticeBoard _notices = new(new Warnings(NullLogger.Instance));
    private readonly EffectCarrier _carrier;

    public EffectCarrierTests()
    {
        _seals = new SealKeyRing(_identity);
        _workers = new StorageWorkers(
            _stage.Store.Store, _seals, _stage.Links, _stage.Inbox, new StorageLimits(), _stage.Life, _stage.Meter,
            _stage.Store.Time);
        _carrier = new EffectCarrier(_stage.Links, _workers, _notices);
    }

    [Fact]
    public async Task Link_carries_from_the_input_that_brings_it_to_the_one_that_ends_it()
    {
        var (near, peer) = await LinkFixture.Linked();
        var link = _stage.Links.Add(near);
        _carrier.CarryOut(new Effect.Send(link, new Heartbeat(1)));
        _carrier.Before(new Input.LinkUp(link, near.PeerJoin, near.Traits, near.Path, near.Address, near.Dialed));
        _carrier.CarryOut(new Effect.Send(link, new Heartbeat(2)));
        Assert.Equal(new Heartbeat(2), (await LinkFixture.Receive(peer)).Message);
        var pump = _stage.Links.Find(link)!;
        _carrier.Before(new Input.LinkDown(link, "gone"));
        Assert.Null(_stage.Links.Find(link));
        await pump.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Body_is_passed_on_over_its_link()
    {
        var (link, peer) = await _stage.LinkAsync();
        var head = LinkFixture.Piece(1000);
        _carrier.CarryOut(new Effect.Forward(link, Some.Node(2), head, LinkFixture.Body(head)));
        var received = await LinkFixture.Receive(peer);
        LinkFixture.AssertBody(head, received.Body);
        received.Body!.Dispose();
        await peer.DisposeAsync();
    }

    [Fact]
    public void Body_that_goes_nowhere_is_disposed_once()
    {
        var head = LinkFixture.Piece(100);
        var (forwarded, dropped) = (new BytesPayload(head.BodyBytes), new BytesPayload(head.BodyBytes));
        _carrier.CarryOut(new Effect.Forward(Some.Link(66), Some.Node(2), head, forwarded));
        _carrier.CarryOut(new Effect.Drop(dropped));
        Assert.Equal((1, 1), (forwarded.Disposals, dropped.Disposals));
    }

    [Fact]
    public async Task Link_is_closed_with_its_reason()
    {
        var (link, peer) = await _stage.LinkAsync();
        _carrier.CarryOut(new Effect.CloseLink(link, LeaveReason.DuplicateLink, "another is used"));
        Assert.Equal(new Leave(LeaveReason.DuplicateLink), (await LinkFixture.Receive(peer)).Message);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Request_goes_to_the_disk_and_notice_to_whoever_watches()
    {
        using var watching = _notices.WatchSearch(Some.Query(1));
        _carrier.CarryOut(new Effect.Store(new StorageRequest.MatchShares(Some.Query(1), "song", null, 1)));
        Assert.Equal(Some.Query(1), (await _stage.ResultAsync<StorageResult.SharesMatched>()).Query);
        var ended = new Notice.SearchEnded(Some.Query(1), Silent: [], SilentCount: 0, LeftOut: 0, NotAsked: 0);
        _carrier.CarryOut(new Effect.Tell(ended));
        Assert.True(watching.Notices.TryRead(out var notice));
        Assert.Same(ended, notice);
    }

    public async ValueTask DisposeAsync()
    {
        await _workers.DisposeAsync();
        await _stage.DisposeAsync();
        _seals.Dispose();
        _identity.Dispose();
    }
}
