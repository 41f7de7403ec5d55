using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class NodeTrustTests
{
    [Fact]
    public async Task Changed_key_at_a_joined_address_is_shouted_about_until_the_user_trusts_it()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var (address, other) = await ReplaceAsync(stage, one);

        var refused = await Assert.ThrowsAsync<FerryException>(() => one.JoinAsync(address, stage.Limit));

        Assert.Equal(FailureKind.Refused, refused.Kind);
        var fingerprint = NodeFingerprint.Of((await other.StatusAsync(stage.Limit)).Node);
        Assert.Contains(fingerprint, refused.Message, StringComparison.Ordinal);
        await stage.UntilAsync(async () => (await one.StatusAsync(stage.Limit)).Warnings
            .Any(warning => warning.Contains(fingerprint, StringComparison.Ordinal)));
        Assert.Contains(await one.PeersAsync(stage.Limit), peer => peer.State == PeerState.KeyChanged);
        Assert.Equal(0, (await one.StatusAsync(stage.Limit)).Peers);

        await one.TrustAsync(fingerprint, stage.Limit);
        Assert.Equal("two", (await one.JoinAsync(address, stage.Limit)).Nickname);
    }

    [Fact]
    public async Task Changed_key_is_taken_after_the_address_was_forgotten()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var (address, _) = await ReplaceAsync(stage, one);
        await Assert.ThrowsAsync<FerryException>(() => one.JoinAsync(address, stage.Limit));

        Assert.Equal([address], (await one.ForgetAsync(address, stage.Limit)).Addresses);

        Assert.Equal("two", (await one.JoinAsync(address, stage.Limit)).Nickname);
    }

    [Fact]
    public async Task Blocked_node_loses_its_links_and_gets_none_whoever_dials()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");
        await stage.JoinAsync(two, one);
        await stage.UntilAsync(async () => (await one.StatusAsync(stage.Limit)).Peers == 1);

        var blocked = await one.BlockAsync("two", stage.Limit);

        Assert.Equal(NodeStanding.Blocked, blocked.Standing);
        await stage.UntilAsync(async () => (await one.StatusAsync(stage.Limit)).Peers == 0);
        Assert.Equal(
            PeerState.Blocked, Assert.Single(await one.PeersAsync(stage.Limit), peer => peer.Nickname == "two").State);
        var third = await stage.StartAsync(stage.OptionsOf("two") with { Home = stage.PathOf("three") });
        await stage.JoinAsync(third, one);
        await stage.UntilAsync(async () => (await one.StatusAsync(stage.Limit)).Peers == 1);
        await two.LeaveAsync(stage.Limit);
        await stage.JoinAsync(two, third);
        var refused = await Assert.ThrowsAsync<FerryException>(() => stage.JoinAsync(two, one));
        Assert.Equal(FailureKind.Refused, refused.Kind);
        refused = await Assert.ThrowsAsync<FerryException>(() => stage.JoinAsync(one, two));
        Assert.Equal(FailureKind.Refused, refused.Kind);

        // Two nodes of that nickname: the user has to say which.
        var ambiguous = await Assert.ThrowsAsync<FerryException>(() => one.ForgetAsync("two", stage.Limit));
        Assert.Contains(blocked.Fingerprint, ambiguous.Message, StringComparison.Ordinal);
        await one.ForgetAsync(blocked.Fingerprint, stage.Limit);
        await stage.JoinAsync(two, one);
    }

    [Fact]
    public async Task Trusted_node_is_let_in_and_a_forgotten_one_is_not()
    {
        await using var stage = new NodeStage();
        var closed = await stage.StartAsync(stage.OptionsOf("closed") with { Open = false });
        var guest = await stage.StartAsync("guest");
        var id = (await guest.StatusAsync(stage.Limit)).Node;
        await Assert.ThrowsAsync<FerryException>(() => stage.JoinAsync(guest, closed));

        Assert.Equal(NodeStanding.Trusted, (await closed.TrustAsync(id, stage.Limit)).Standing);
        await stage.JoinAsync(guest, closed);
        await stage.UntilAsync(async () => (await closed.StatusAsync(stage.Limit)).Peers == 1);

        await closed.ForgetAsync(NodeFingerprint.Of(id), stage.Limit);
        await stage.UntilAsync(async () => (await closed.StatusAsync(stage.Limit)).Peers == 0);
        await Assert.ThrowsAsync<FerryException>(() => stage.JoinAsync(guest, closed));
    }

    [Fact]
    public async Task Node_that_was_joined_is_let_in_when_it_comes_by_itself()
    {
        await using var stage = new NodeStage();
        var closed = await stage.StartAsync(stage.OptionsOf("closed") with { Open = false });
        var open = await stage.StartAsync("open");
        var address = await stage.AddressOf(open);
        await stage.JoinAsync(closed, open);
        await open.DisposeAsync();
        await stage.UntilAsync(async () => (await closed.StatusAsync(stage.Limit)).Peers == 0);

        var again = await stage.StartAsync(stage.OptionsOf("open"));
        Assert.NotEqual(address, await stage.AddressOf(again));
        await stage.JoinAsync(again, closed);
    }

    [Fact]
    public async Task Nobody_is_trusted_by_a_name_that_nobody_has()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");
        var failed = await Assert.ThrowsAsync<FerryException>(() => node.TrustAsync("nobody", stage.Limit));
        Assert.Equal(FailureKind.NothingFound, failed.Kind);
    }

    /// <summary>One has joined a node, in whose place another one answers now.</summary>
    private static async Task<(string Address, FerryNode Other)> ReplaceAsync(NodeStage stage, FerryNode one)
    {
        var two = await stage.StartAsync("two");
        var address = await stage.AddressOf(two);
        await one.JoinAsync(address, stage.Limit);
        await two.DisposeAsync();
        await stage.UntilAsync(async () => (await one.StatusAsync(stage.Limit)).Peers == 0);
        File.Delete(Path.Combine(stage.PathOf("two"), "node.key"));
        return (address, await stage.StartAsync(stage.OptionsOf("two") with { Listen = [address] }));
    }
}
