using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class NodeMembershipTests
{
    [Fact]
    public async Task Both_sides_of_a_join_see_each_other()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");

        var joined = await one.JoinAsync(await stage.AddressOf(two), stage.Limit);

        Assert.Equal("two", joined.Nickname);
        await stage.UntilAsync(async () => await IsLinked(stage, one, "two") && await IsLinked(stage, two, "one"));
    }

    [Fact]
    public async Task Two_addresses_of_a_node_are_two_links_and_either_is_dialed_again_by_itself()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var options = stage.OptionsOf("two") with { Listen = ["tcp://127.0.0.1:0", "tcp://127.0.0.2:0"] };
        var two = await stage.StartAsync(options);
        var addresses = (await two.StatusAsync(stage.Limit)).Listening;

        foreach (var address in addresses) await one.JoinAsync(address, stage.Limit);

        await stage.UntilAsync(async () => await Links(stage, one) == 2 && await Links(stage, two) == 2);
        await two.DisposeAsync();
        await stage.StartAsync(options with { Listen = addresses });
        await stage.UntilAsync(async () => await Links(stage, one) == 2);
    }

    [Fact]
    public async Task A_closed_node_is_asked_and_its_user_lets_in()
    {
        await using var stage = new NodeStage();
        var closed = await stage.StartAsync(stage.OptionsOf("closed") with { Open = false });
        var guest = await stage.StartAsync("guest");

        var refused = await Assert.ThrowsAsync<FerryException>(async () => await stage.JoinAsync(guest, closed));

        Assert.Equal(FailureKind.Refused, refused.Kind);
        var own = NodeFingerprint.Of((await guest.StatusAsync(stage.Limit)).Node);
        Assert.Contains(own, refused.Message, StringComparison.Ordinal);
        var waiting = Assert.Single(await closed.PeersAsync(stage.Limit));
        Assert.Equal((PeerState.Waiting, "guest", own), (waiting.State, waiting.Nickname, waiting.Fingerprint));
        Assert.NotNull(waiting.WaitsAt);
        Assert.Equal(PeerState.Asked, Assert.Single(await guest.PeersAsync(stage.Limit)).State);
        await foreach (var ask in closed.AsksAsync(stage.Limit))
        {
            Assert.Equal((own, false), (ask.Fingerprint, ask.IsNamesake));
            break;
        }

        await Assert.ThrowsAsync<FerryException>(() => closed.AdmitAsync("nobody", stage.Limit));
        Assert.Equal(own, (await closed.AdmitAsync("guest", stage.Limit)).Fingerprint);

        // It asks again by itself.
        await stage.UntilAsync(async () =>
            await IsLinked(stage, closed, "guest") && await IsLinked(stage, guest, "closed"));
        Assert.Single(await closed.PeersAsync(stage.Limit));
    }

    [Fact]
    public async Task A_closed_node_may_itself_join_an_open_one()
    {
        await using var stage = new NodeStage();
        var closed = await stage.StartAsync(stage.OptionsOf("closed") with { Open = false });
        var open = await stage.StartAsync("open");

        await stage.JoinAsync(closed, open);

        await stage.UntilAsync(() => IsLinked(stage, open, "closed"));
    }

    [Fact]
    public async Task An_address_that_does_not_answer_is_not_remembered()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");
        var gone = await stage.StartAsync("gone");
        var address = await stage.AddressOf(gone);
        await gone.DisposeAsync();

        var failed = await Assert.ThrowsAsync<FerryException>(() => node.JoinAsync(address, stage.Limit));

        Assert.Equal(FailureKind.Failed, failed.Kind);
        Assert.Empty((await node.StatusAsync(stage.Limit)).Joined);
    }

    [Fact]
    public async Task A_node_that_left_refuses_until_it_joins_again()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");
        var address = await stage.AddressOf(one);
        await stage.JoinAsync(one, two);

        await one.LeaveAsync(stage.Limit);

        await stage.UntilAsync(async () => (await two.StatusAsync(stage.Limit)).Peers == 0);
        var status = await one.StatusAsync(stage.Limit);
        Assert.Empty(status.Listening);
        Assert.Equal(NetworkState.Left, status.Network);
        await Assert.ThrowsAsync<FerryException>(() => two.JoinAsync(address, stage.Limit));

        await stage.JoinAsync(one, two);
        Assert.Equal(address, await stage.AddressOf(one));
        await stage.UntilAsync(async () => (await two.StatusAsync(stage.Limit)).Peers == 1);
    }

    [Fact]
    public async Task Leaving_twice_is_leaving_once_and_a_node_that_left_can_be_stopped()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");

        await node.LeaveAsync(stage.Limit);
        await node.LeaveAsync(stage.Limit);

        Assert.Equal(NetworkState.Left, (await node.StatusAsync(stage.Limit)).Network);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_comes_back_is_linked_again()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");
        var address = await stage.AddressOf(two);
        await stage.JoinAsync(one, two);
        await two.DisposeAsync();
        await stage.UntilAsync(async () => (await one.StatusAsync(stage.Limit)).Peers == 0);
        Assert.NotEqual(PeerState.Connected, Assert.Single(await one.PeersAsync(stage.Limit)).State);

        await stage.StartAsync(stage.OptionsOf("two") with { Listen = [address] });

        await stage.UntilAsync(() => IsLinked(stage, one, "two"));
    }

    [Fact]
    public async Task A_node_that_restarts_dials_what_it_had_joined()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");
        await stage.JoinAsync(one, two);
        await one.DisposeAsync();

        var again = await stage.StartAsync("one");

        await stage.UntilAsync(() => IsLinked(stage, again, "two"));
    }

    [Fact]
    public async Task A_second_node_on_one_home_is_told_so()
    {
        await using var stage = new NodeStage();
        await stage.StartAsync("node");

        var refused = await Assert.ThrowsAsync<FerryException>(() => stage.StartAsync("node"));

        Assert.Contains("another node is running", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var stage = new NodeStage();
        var address = await stage.AddressOf(await stage.StartAsync("first"));

        var refused = await Assert.ThrowsAsync<FerryException>(
            () => stage.StartAsync(stage.OptionsOf("second") with { Listen = [address] }));

        Assert.Contains(address[(address.LastIndexOf(':') + 1)..], refused.Message, StringComparison.Ordinal);
        Assert.Contains("--listen", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_twice_does_no_harm()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");

        await node.DisposeAsync();
        await node.DisposeAsync();

        await node.Completion;
    }

    [Fact]
    public async Task A_stopped_node_says_so()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");
        await node.DisposeAsync();

        var refused = await Assert.ThrowsAsync<FerryException>(() => node.PeersAsync(stage.Limit));

        Assert.Contains("stopping", refused.Message, StringComparison.Ordinal);
        var failed = Assert.IsType<RequestEvent.Failed>((await stage.RequestAsync(node, "song.flac"))[^1]);
        Assert.Equal(FailureKind.Failed, failed.Kind);
    }

    private static async Task<int> Links(NodeStage stage, FerryNode node) =>
        (await node.PeersAsync(stage.Limit)).Sum(peer => peer.Links.Count);

    private static async Task<bool> IsLinked(NodeStage stage, FerryNode node, string nickname) =>
        (await node.PeersAsync(stage.Limit)).Any(
            peer => peer.Nickname == nickname && peer.State == PeerState.Connected);
}
