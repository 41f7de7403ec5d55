using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Two running nodes with one key, as when the card of a single-board computer was copied.</summary>
public sealed class SharedIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Neighbour_keeps_one_of_two_and_all_three_are_warned()
    {
        await using var hub = await TestNode.StartAsync(_folder, "hub");
        await using var one = await TestNode.StartAsync(_folder, "one", "--join", hub.Address);
        await hub.WaitForPeersAsync(1);
        Directory.CreateDirectory(_folder["other"]);
        File.Copy(Path.Combine(one.Home, "node.key"), Path.Combine(_folder["other"], "node.key"));
        await using var other = await TestNode.StartAsync(_folder, "other", "--join", hub.Address);
        Assert.Equal(one.Id, other.Id);
        var nodes = new[] { one, other };
        foreach (var node in nodes) await node.ShareAsync(Contents.Write(_folder[$"{node.Name}.bin"], 100_000));

        foreach (var node in new[] { hub, one, other })
            await Eventually.GetAsync(
                $"{node.Name} to be warned",
                async () => string.Join('\n', (await node.DoAsync("status")).Single().Items("warnings")),
                warnings => warnings.Contains("a home or a card was copied", StringComparison.Ordinal));
        await hub.WaitForLinksAsync(1);
        Assert.True(Assert.Single(await hub.DoAsync("peers")).Flag("sharedKey"));
        var linked = await Eventually.GetAsync("the one that goes on", async () =>
        {
            var peers = await Task.WhenAll(nodes.Select(async node => await node.DoAsync("peers")));
            return nodes.Where((_, index) => peers[index].Any(peer => peer.Items("links").Count > 0)).ToList();
        }, found => found.Count == 1);
        await hub.FetchAsync($"{linked[0].Name}.bin");
        Contents.AssertSame(
            _folder[$"{linked[0].Name}.bin"], Path.Combine(hub.Downloads, $"{linked[0].Name}.bin"));
    }
}
