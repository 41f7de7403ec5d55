using Ferry.Runtime;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class NodeInviteTests
{
    [Fact]
    public async Task Ticket_lets_in_once_and_both_remember_each_other()
    {
        await using var stage = new NodeStage();
        var inviter = await StartClosedAsync(stage, "inviter");
        var guest = await StartClosedAsync(stage, "guest");
        var other = await StartClosedAsync(stage, "other");
        var invited = await inviter.InviteAsync(new InviteOptions(1, 600), stage.Limit);
        Assert.Equal([await stage.AddressOf(inviter)], invited.Addresses);

        var joined = await guest.JoinAsync(invited.Ticket, stage.Limit);

        Assert.Equal(("inviter", invited.Addresses[0]), (joined.Nickname, joined.Address));
        var used = await Assert.ThrowsAsync<FerryException>(() => other.JoinAsync(invited.Ticket, stage.Limit));
        Assert.Equal(FailureKind.Refused, used.Kind);
        Assert.Contains("used by another", used.Message, StringComparison.Ordinal);

        // The same node may complete again: its first join may have been cut off behind the inviter's word.
        await guest.LeaveAsync(stage.Limit);
        await guest.JoinAsync(invited.Ticket, stage.Limit);

        // The inviter is let in by the guest as well, and after a restart no ticket is needed.
        await inviter.DisposeAsync();
        inviter = await StartClosedAsync(stage, "inviter");
        await stage.JoinAsync(inviter, guest);
        await stage.UntilAsync(async () => (await guest.StatusAsync(stage.Limit)).Peers == 1);
    }

    [Fact]
    public async Task Ticket_for_several_lets_in_so_many()
    {
        await using var stage = new NodeStage();
        var inviter = await StartClosedAsync(stage, "inviter");
        var ticket = (await inviter.InviteAsync(new InviteOptions(2, 600), stage.Limit)).Ticket;
        await (await StartClosedAsync(stage, "one")).JoinAsync(ticket, stage.Limit);
        await (await StartClosedAsync(stage, "two")).JoinAsync(ticket, stage.Limit);
        var three = await StartClosedAsync(stage, "three");
        await Assert.ThrowsAsync<FerryException>(() => three.JoinAsync(ticket, stage.Limit));
    }

    [Fact]
    public async Task Ticket_that_is_damaged_or_of_another_node_or_unknown_is_refused_with_the_reason()
    {
        await using var stage = new NodeStage();
        var inviter = await StartClosedAsync(stage, "inviter");
        var guest = await StartClosedAsync(stage, "guest");
        var ticket = Ticket.Parse((await inviter.InviteAsync(new InviteOptions(1, 600), stage.Limit)).Ticket)!;

        await RefusedAsync(ticket.Encode()[..^3], "damaged");
        await RefusedAsync(
            new Ticket(ticket.Inviter, new byte[16], ticket.Expires, ticket.Addresses).Encode(), "does not know");
        await RefusedAsync(
            new Ticket(Some.Node(5), ticket.Secret, ticket.Expires, ticket.Addresses).Encode(), "as expected");
        Assert.Empty(await inviter.PeersAsync(stage.Limit));

        async Task RefusedAsync(string text, string why)
        {
            var refused = await Assert.ThrowsAsync<FerryException>(() => guest.JoinAsync(text, stage.Limit));
            Assert.Equal(FailureKind.Refused, refused.Kind);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(text, refused.Message, StringComparison.Ordinal);
        }
    }

    private static Task<FerryNode> StartClosedAsync(NodeStage stage, string name) =>
        stage.StartAsync(stage.OptionsOf(name) with { Open = false });
}
