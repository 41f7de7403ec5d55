using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Links;
using Ferry.Tests.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class LinkTableTests : IAsyncDisposable
{
    private readonly RuntimeStage _stage = new();
    private readonly Identity _peer = Identity.Create();
    private readonly List<SecureLink> _ends = [];

    private LinkTable Links => _stage.Links;

    [Fact]
    public async Task Nothing_is_taken_from_a_link_before_it_is_started()
    {
        var link = Links.Add(await NewLinkAsync());
        await _ends[0].WriteAsync(new Heartbeat(1), CancellationToken.None);
        Assert.Null(Links.Find(link));
        Assert.False(_stage.Inbox.TryTakeInput(out _));
        Links.Start(link);
        Assert.NotNull(Links.Find(link));
        Assert.Equal(new Ferry.Protocol.Input.Received(link, new Heartbeat(1), null), await _stage.NextAsync());
    }

    [Fact]
    public async Task Neighbour_is_away_when_the_last_link_over_that_path_is_gone()
    {
        var first = await NewLinkAsync();
        var neighbour = new DialedPeer(first.Peer, "boat", first.Traits.Transport, first.Path);
        Assert.True(Links.WhenAwayAsync(neighbour).IsCompleted);
        var (one, two) = (Links.Add(first), Links.Add(await NewLinkAsync()));
        var other = Links.Add(await NewLinkAsync(from: "memory://elsewhere"));
        var away = Links.WhenAwayAsync(neighbour);
        Links.Remove(one);
        Links.Remove(one);
        Assert.False(away.IsCompleted);
        Links.Remove(two);
        await away.WaitAsync(Patience.Limit);
        Assert.Equal(["memory"], Links.TransportsTo(first.Peer));
        Links.Remove(other);
        Assert.Empty(Links.TransportsTo(first.Peer));
    }

    [Fact]
    public async Task Who_waits_for_a_change_hears_of_what_comes_and_goes()
    {
        var coming = Links.WhenChangedAsync(CancellationToken.None);
        Assert.False(coming.IsCompleted);
        var link = Links.Add(await NewLinkAsync());
        await coming.WaitAsync(Patience.Limit);
        var going = Links.WhenChangedAsync(CancellationToken.None);
        Assert.False(going.IsCompleted);
        Links.Remove(link);
        await going.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task Links_end_for_the_neighbours_too_whether_they_were_started_or_not()
    {
        Links.Add(await NewLinkAsync());
        Links.Start(Links.Add(await NewLinkAsync(from: "memory://elsewhere")));
        await Links.DisposeAsync();
        Assert.Equal(0, Links.Count);
        foreach (var end in _ends) Assert.NotNull((await LinkFixture.Receive(end)).Close);
    }

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        foreach (var end in _ends) await end.DisposeAsync();
        _peer.Dispose();
    }

    /// <summary>A link to the one peer, whose end is kept.</summary>
    private async Task<SecureLink> NewLinkAsync(string from = "memory://dialer")
    {
        var (near, far) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(_peer),
            MemoryConnection.Pair(MemoryConnection.DefaultTraits, from));
        _ends.Add(far.Value!);
        return near.Value!;
    }
}
