using System.Text.Json;
using Ferry.App.Control;
using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Kills while a ticket is used and a network key is told: what a node has said is true when it comes back, and what it
/// has not said is so or not, but whole. A wire holds what is on its way, so each kill has its place in the
/// conversation; where the wire holds comes after what the node did before it said it.
/// </summary>
public sealed class MembershipCrashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The wire holds the first word that the inviter says after the ticket is used on its disk.</summary>
    [Fact]
    public async Task Ticket_whose_inviter_is_killed_before_it_answers_is_used_by_that_guest_alone()
    {
        await using var inviter = await TestNode.StartAsync(_folder, "inviter");
        await using var guest = await TestNode.StartAsync(_folder, "guest");
        await using var other = await TestNode.StartAsync(_folder, "other");
        var ticket = (await inviter.InviteAsync()).Ticket;
        Assert.DoesNotContain(guest.Id, Known(inviter), StringComparison.Ordinal);
        bool IsUsed(long bytes) => Known(inviter).Contains(guest.Id, StringComparison.Ordinal);
        await using (var wire = new GatedWire(inviter.Port, IsUsed))
        {
            var joining = guest.JoinAsync(Over(wire, ticket));
            await wire.ReachedAsync();
            await inviter.KillAsync();
            await wire.CutAsync();
            Assert.False(await IsJoinedAsync(joining));
        }
        await inviter.StartAsync();

        await AssertRefusedAsync(other, ticket);
        await guest.JoinAsync(ticket);
        await AssertMembersAsync(inviter, guest);
    }

    /// <summary>
    /// At every second read of the wire, to the one behind which both have joined; at the others the other end is
    /// killed.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_at_any_word_of_a_join_both_come_to_one_key_and_the_ticket_to_one_guest(bool killsInviter)
    {
        await using var inviter = await TestNode.StartAsync(_folder, "inviter");
        await using var other = await TestNode.StartAsync(_folder, "other");
        var word = killsInviter ? 0 : 1;
        for (var isWhole = false; !isWhole; word += 2)
        {
            // In a network of its own: of the two keys one is given up.
            await using var guest = await TestNode.StartAsync(_folder, $"guest{word}");
            await guest.InviteAsync();
            var ticket = (await inviter.InviteAsync()).Ticket;
            string?[] keys = [await KeyAsync(inviter), await KeyAsync(guest)];
            var reads = 0;
            await using (var wire = new GatedWire(inviter.Port, _ => Interlocked.Increment(ref reads) > word))
            {
                var joining = guest.JoinAsync(Over(wire, ticket));
                await Task.WhenAny(joining, wire.ReachedAsync());
                var killed = killsInviter ? inviter : guest;
                await killed.KillAsync();
                await wire.CutAsync();
                isWhole = await IsJoinedAsync(joining);
                await killed.StartAsync();
            }
            foreach (var node in (TestNode[])[inviter, guest])
            {
                Assert.Contains(await KeyAsync(node), keys);
                Assert.Empty(Directory.GetFiles(node.Home, "*.damaged"));
            }

            await guest.JoinAsync(ticket);
            await AssertMembersAsync(inviter, guest);
            await AssertRefusedAsync(other, ticket);
        }
        // TLS alone takes three words.
        Assert.InRange(word, 5, 60);
    }

    /// <summary>Between two writes there is no word on a wire: these kills are at moments of chance.</summary>
    [Fact]
    public async Task Tickets_that_were_told_are_on_the_disk_whenever_the_node_is_killed()
    {
        await using var inviter = await TestNode.StartAsync(_folder, "inviter");
        var told = new List<string>();
        foreach (var after in (int[])[1, 2, 5, 9])
        {
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var inviting = InviteAsync(inviter, told, told.Count + after, enough);
            await enough.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            await inviter.KillAsync();
            await inviting;
            await inviter.StartAsync();

            using var known = JsonDocument.Parse(Known(inviter));
            var kept = known.RootElement.Items("tickets").Select(ticket => ticket.Text("secret")).ToHashSet();
            Assert.Superset(
                told.Select(text => Convert.ToBase64String(Ticket.Parse(text)!.Secret.Span)).ToHashSet(), kept);
            Assert.NotNull(await KeyAsync(inviter));
            Assert.Empty(Directory.GetFiles(inviter.Home, "*.damaged"));
        }
    }

    /// <summary>The holder is outside the network and reads nothing that members say.</summary>
    [Fact]
    public async Task Public_download_stays_public_when_its_node_is_killed()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], 6 << 20);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, bytesMax: 3 << 20);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.InviteAsync();
        await requester.WaitForPeersAsync(1);
        await using (var run = requester.Request("big.bin", "--public"))
        {
            await wire.ReachedAsync();
            await requester.KillAsync();
        }
        Assert.Single(Directory.GetFiles(requester.Downloads, "*.part"));
        wire.Open();
        await requester.StartAsync();

        var target = Path.Combine(requester.Downloads, "big.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }

    /// <summary>Until the node is killed.</summary>
    private static async Task InviteAsync(TestNode node, List<string> told, int enoughAt, TaskCompletionSource enough)
    {
        try
        {
            while (true)
            {
                told.Add((await node.InviteAsync()).Ticket);
                if (told.Count == enoughAt) enough.SetResult();
            }
        }
        catch (Exception e) when (e is FerryException or NoNodeException)
        {
            // The node is gone.
            enough.TrySetException(e);
        }
    }

    private static async Task<bool> IsJoinedAsync(Task<JoinInfo> joining)
    {
        try
        {
            await joining;
            return true;
        }
        catch (Exception e) when (e is FerryException or NoNodeException)
        {
            return false; // One of the two is gone.
        }
    }

    private static string Over(GatedWire wire, string text)
    {
        var ticket = Ticket.Parse(text)!;
        return new Ticket(ticket.Inviter, ticket.Secret, ticket.Expires, [wire.Address]).Encode();
    }

    private static async Task AssertMembersAsync(TestNode inviter, TestNode guest)
    {
        await Eventually.GetAsync(
            "both ends to be members of one network",
            async () => (await RoleAsync(inviter, guest), await RoleAsync(guest, inviter),
                await KeyAsync(inviter) == await KeyAsync(guest)),
            seen => seen is (NeighbourRole.Member, NeighbourRole.Member, true));
    }

    private static async Task AssertRefusedAsync(TestNode other, string ticket)
    {
        var refused = await Assert.ThrowsAsync<FerryException>(() => other.JoinAsync(ticket));
        Assert.Contains("was used by another", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<NeighbourRole?> RoleAsync(TestNode node, TestNode other) =>
        (await node.PeersAsync()).FirstOrDefault(peer => peer.Node == other.Id)?.Role;

    private static async Task<string?> KeyAsync(TestNode node) => (await node.StatusAsync()).NetworkKey;

    private static string Known(TestNode node)
    {
        var path = Path.Combine(node.Home, "known.json");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
