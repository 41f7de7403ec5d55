using System.IO.Compression;
using Ferry.Protocol.Values;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class NodeNetworkKeyTests
{
    [Fact]
    public async Task Members_that_are_linked_come_to_one_key_and_keep_it_through_a_restart()
    {
        await using var stage = new NodeStage();
        FerryNode[] nodes =
        [
            await StartMemberAsync(stage, "a"), await StartMemberAsync(stage, "b"), await StartMemberAsync(stage, "c"),
            await StartMemberAsync(stage, "d"), await StartMemberAsync(stage, "e"),
        ];
        // Two lines that meet in the end.
        await stage.JoinAsync(nodes[0], nodes[1]);
        await stage.JoinAsync(nodes[3], nodes[2]);
        await stage.JoinAsync(nodes[3], nodes[4]);
        await stage.JoinAsync(nodes[1], nodes[2]);

        await stage.UntilAsync(async () => (await KeysAsync(stage, nodes)).Distinct().Count() == 1);

        var key = (await KeysAsync(stage, nodes))[0];
        Assert.NotNull(key);
        await nodes[0].DisposeAsync();
        Assert.Equal(key, await KeyAsync(stage, await StartMemberAsync(stage, "a")));
    }

    [Fact]
    public async Task Guest_of_an_invitation_gets_the_key_and_a_guest_of_an_open_node_does_not()
    {
        await using var stage = new NodeStage();
        var host = await stage.StartAsync("host");
        var stranger = await stage.StartAsync(stage.OptionsOf("stranger") with { Open = false });
        var invited = await stage.StartAsync(stage.OptionsOf("invited") with { Open = false });
        Assert.Null(await KeyAsync(stage, host));

        var ticket = (await host.InviteAsync(new InviteOptions(1, 60), stage.Limit)).Ticket;
        await stage.JoinAsync(stranger, host);
        await invited.JoinAsync(ticket, stage.Limit);

        var key = await KeyAsync(stage, host);
        Assert.NotNull(key);
        Assert.Equal(key, await KeyAsync(stage, invited));
        Assert.Null(await KeyAsync(stage, stranger));
        Assert.Equal(
            [("invited", NeighbourRole.Member), ("stranger", NeighbourRole.Guest)],
            (await host.PeersAsync(stage.Limit)).Select(peer => (peer.Nickname, peer.Role!.Value)).Order());

        // The stranger belongs to a network of its own by now. That its host is only joined is no reason to tell it.
        await stranger.InviteAsync(new InviteOptions(1, 60), stage.Limit);
        await host.TrustAsync((await stranger.StatusAsync(stage.Limit)).Node, stage.Limit);
        await stage.UntilAsync(async () => await stage.WarningOf(stranger, "this node is in another") is not null);
        Assert.NotEqual(key, await KeyAsync(stage, stranger));
        Assert.Equal(key, await KeyAsync(stage, host));
        Assert.Equal(
            NeighbourRole.Outside, Assert.Single(await stranger.PeersAsync(stage.Limit)).Role);

        // When both trust each other the two networks are one.
        await stranger.TrustAsync((await host.StatusAsync(stage.Limit)).Node, stage.Limit);
        await stage.UntilAsync(async () =>
            (await KeysAsync(stage, [host, stranger, invited])).Distinct().Count() == 1);
    }

    [Fact]
    public async Task Who_asks_and_is_admitted_gets_the_key()
    {
        await using var stage = new NodeStage();
        var host = await stage.StartAsync(stage.OptionsOf("host") with { Open = false });
        var asking = await stage.StartAsync(stage.OptionsOf("asking") with { Open = false });
        await Assert.ThrowsAsync<FerryException>(() => stage.JoinAsync(asking, host));

        await host.AdmitAsync("asking", stage.Limit);
        await stage.JoinAsync(asking, host);

        await stage.UntilAsync(async () => await KeyAsync(stage, asking) is not null);
        Assert.Equal(await KeyAsync(stage, host), await KeyAsync(stage, asking));
        Assert.Equal(NeighbourRole.Member, Assert.Single(await asking.PeersAsync(stage.Limit)).Role);
    }

    [Fact]
    public async Task Recording_has_no_key_in_it()
    {
        await using var stage = new NodeStage();
        var one = await StartMemberAsync(stage, "one");
        var two = await StartMemberAsync(stage, "two");
        await stage.JoinAsync(one, two);
        await stage.UntilAsync(async () => (await KeysAsync(stage, [one, two])).Distinct().Count() == 1);

        foreach (var (node, name) in ((FerryNode, string)[])[(one, "one"), (two, "two")])
        {
            var told = await node.DiagnoseAsync(
                new DiagnoseOptions { Output = stage.PathOf(name + ".rec"), WithNames = true }, stage.Limit);
            await using var packed = new GZipStream(File.OpenRead(told.Path), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            await packed.CopyToAsync(unpacked, stage.Limit);
            var recorded = unpacked.ToArray();
            foreach (var home in (string[])["one", "two"])
            {
                var kept = await File.ReadAllTextAsync(Path.Combine(stage.PathOf(home), "network.json"), stage.Limit);
                using var json = System.Text.Json.JsonDocument.Parse(kept);
                var keys = json.RootElement.GetProperty("keys").EnumerateArray()
                    .Select(key => key.GetBytesFromBase64());
                foreach (var key in keys)
                {
                    Assert.Equal(Bytes32.Length, key.Length);
                    Assert.Equal(-1, recorded.AsSpan().IndexOf(key));
                }
            }
        }
    }

    private static async Task<string?> KeyAsync(NodeStage stage, FerryNode node) =>
        (await node.StatusAsync(stage.Limit)).NetworkKey;

    private static async Task<List<string?>> KeysAsync(NodeStage stage, IEnumerable<FerryNode> nodes)
    {
        var keys = new List<string?>();
        foreach (var node in nodes) keys.Add(await KeyAsync(stage, node));
        return keys;
    }

    private static Task<FerryNode> StartMemberAsync(NodeStage stage, string name)
    {
        var file = stage.PathOf(name + ".phrase");
        if (!File.Exists(file)) File.WriteAllText(file, "bafod gihun\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return stage.StartAsync(stage.OptionsOf(name) with { Open = false, PassphraseFile = file });
    }
}
