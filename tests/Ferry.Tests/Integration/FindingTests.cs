using System.Runtime.Versioning;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Real nodes on one LAN, in namespaces of their own, which nobody tells an address.</summary>
[Trait("Category", "Root")]
[UnsupportedOSPlatform("windows")]
public sealed class FindingTests
{
    [Fact]
    public async Task Nodes_with_one_passphrase_link_with_nothing_typed_and_one_with_another_stays_outside()
    {
        await using var lab = await NetworkLab.UpAsync("lan home a b c d");
        lab.NodeOptions = ["--discovery", "on", "--passphrase-file", Passphrase(lab, "one", "hagop lusin")];
        var (a, b, c) = (await lab.StartAsync("a"), await lab.StartAsync("b"), await lab.StartAsync("c"));
        lab.NodeOptions = ["--discovery", "on", "--passphrase-file", Passphrase(lab, "other", "tofil mabad")];
        var d = await lab.StartAsync("d");

        foreach (var node in new[] { a, b, c }) await node.WaitForPeersAsync(2);
        var source = Contents.Write(lab.Folder["song.bin"], 3_000_000);
        await a.ShareAsync(source);
        Contents.AssertSame(source, (await c.FetchAsync("song.bin")).Text("path"));

        var seen = await d.DoAsync("discover");
        Assert.Equal(3, seen.Count);
        Assert.All(seen, node => Assert.Equal(("", "passphrase"), (node.Text("name"), node.Text("admits"))));
        await d.WaitForPeersAsync(0);
    }

    /// <summary>They prove the network's key: neither knows the other, and no user is asked.</summary>
    [Fact]
    public async Task Guests_of_one_inviter_link_to_each_other()
    {
        await using var lab = await NetworkLab.UpAsync("lan home a b c");
        lab.NodeOptions = ["--discovery", "on", TestNode.Closed];
        var (a, b, c) = (await lab.StartAsync("a"), await lab.StartAsync("b"), await lab.StartAsync("c"));
        foreach (var guest in new[] { b, c })
        {
            var ticket = (await a.DoAsync("invite"))[0].Text("ticket");
            await guest.DoAsync("join", ticket);
        }

        foreach (var node in new[] { a, b, c }) await node.WaitForPeersAsync(2);
        var members = await b.DoAsync("discover");
        Assert.Equal(["a", "c"], members.Select(node => node.Text("name")).Order(StringComparer.Ordinal));
        Assert.All(members, node => Assert.Equal("member", node.Text("admits")));
    }

    [Fact]
    public async Task Open_node_is_listed_and_joined_by_its_name_and_not_before()
    {
        await using var lab = await NetworkLab.UpAsync("lan home a b");
        lab.NodeOptions = ["--discovery", "on"];
        var (a, b) = (await lab.StartAsync("a"), await lab.StartAsync("b"));
        var found = Assert.Single(await b.DoAsync("discover"));
        Assert.Equal(("a", "everybody"), (found.Text("name"), found.Text("admits")));
        Assert.Equal($"tcp://{await lab.AddressAsync("a", "home")}:4747", found.Text("address"));
        await b.WaitForPeersAsync(0);

        var joined = await b.DoAsync("join", "a");
        Assert.Equal(a.Id, Assert.Single(joined).Text("node"));
        await a.WaitForPeersAsync(1);
    }

    [Fact]
    public async Task Link_local_addresses_of_IPv6_are_enough()
    {
        await using var lab = await NetworkLab.UpAsync("lan home a b");
        foreach (var host in new[] { "a", "b" })
        {
            await lab.RunAsync(host, "ip", "-4", "addr", "flush", "dev", "lan-home");
            await lab.RunAsync(host, "ip", "-6", "addr", "flush", "dev", "lan-home", "scope", "global");
        }
        lab.Listen = "tcp://[::]:4747";
        lab.NodeOptions = ["--discovery", "on", "--passphrase-file", Passphrase(lab, "one", "hagop lusin")];
        var (a, b) = (await lab.StartAsync("a"), await lab.StartAsync("b"));
        await a.WaitForPeersAsync(1);
        await b.WaitForPeersAsync(1);
    }

    [Fact]
    public async Task Card_that_comes_up_later_is_used()
    {
        await using var lab = await NetworkLab.UpAsync("lan home a b");
        await lab.RunAsync("b", "ip", "link", "set", "lan-home", "down");
        lab.NodeOptions = ["--discovery", "on", "--passphrase-file", Passphrase(lab, "one", "hagop lusin")];
        var (a, b) = (await lab.StartAsync("a"), await lab.StartAsync("b"));
        Assert.Equal(3, (await b.RunAsync("discover")).Code);
        await lab.RunAsync("b", "ip", "link", "set", "lan-home", "up");
        await b.WaitForPeersAsync(1);
        await a.WaitForPeersAsync(1);
    }

    private static string Passphrase(NetworkLab lab, string name, string phrase)
    {
        var path = lab.Folder[name];
        File.WriteAllText(path, phrase);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
