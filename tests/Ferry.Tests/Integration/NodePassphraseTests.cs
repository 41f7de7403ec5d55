using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class NodePassphraseTests
{
    [Fact]
    public async Task Members_are_let_in_and_others_hear_why_not()
    {
        await using var stage = new NodeStage();
        var one = await StartAsync(stage, "one", "bafod gihun");
        var two = await StartAsync(stage, "two", "bafod gihun");
        var wrong = await StartAsync(stage, "wrong", "another one");
        var none = await stage.StartAsync(stage.OptionsOf("none") with { Open = false });

        await stage.JoinAsync(two, one);

        Assert.Equal(NetworkState.Passphrase, (await one.StatusAsync(stage.Limit)).Network);
        await RefusedAsync(wrong, one, "another passphrase");
        await RefusedAsync(none, one, "--passphrase-file");
        // A member does not link to who proves nothing, even when its user says so, but to whom the user trusts.
        await RefusedAsync(one, none, "proves no passphrase");
        await one.TrustAsync((await none.StatusAsync(stage.Limit)).Node, stage.Limit);
        await stage.JoinAsync(none, one);

        async Task RefusedAsync(FerryNode dialer, FerryNode listener, string why)
        {
            var refused = await Assert.ThrowsAsync<FerryException>(() => stage.JoinAsync(dialer, listener));
            Assert.Equal(FailureKind.Refused, refused.Kind);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ticket_lets_in_who_has_no_passphrase()
    {
        await using var stage = new NodeStage();
        var member = await StartAsync(stage, "member", "bafod gihun");
        var guest = await stage.StartAsync(stage.OptionsOf("guest") with { Open = false });
        var invited = await member.InviteAsync(new InviteOptions(1, 60), stage.Limit);
        Assert.Equal("member", (await guest.JoinAsync(invited.Ticket, stage.Limit)).Nickname);
    }

    [Fact]
    public async Task Open_network_has_no_passphrase()
    {
        await using var stage = new NodeStage();
        var failed = await Assert.ThrowsAsync<FerryException>(
            () => stage.StartAsync(stage.OptionsOf("node") with { PassphraseFile = "x" }));
        Assert.Equal(FailureKind.Usage, failed.Kind);
    }

    private static Task<FerryNode> StartAsync(NodeStage stage, string name, string passphrase)
    {
        var file = stage.PathOf(name + ".phrase");
        File.WriteAllText(file, passphrase + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return stage.StartAsync(stage.OptionsOf(name) with { Open = false, PassphraseFile = file });
    }
}
