using System.Text.Json;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What a program sees that watches nodes: their figures, and a transfer in the logs of all of them.</summary>
public sealed class ObservedTests
{
    private const string Secret = "my tax return.pdf";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transfer_is_seen_in_the_figures_and_by_one_id_in_all_logs()
    {
        using var folder = new TemporaryFolder();
        await using var holder = await TestNode.StartAsync(folder, "holder", "--log-format", "json");
        await using var relay = await TestNode.StartAsync(
            folder, "relay", "--log-format", "json", "--metrics", "127.0.0.1:0", "--join", holder.Address);
        await using var requester = await TestNode.StartAsync(
            folder, "requester", "--log-format", "json", "--join", relay.Address);
        var source = folder[Secret];
        // Zeros would not be sent.
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(source, bytes, Cancel);
        await holder.ShareAsync(source);

        await requester.FetchAsync(Secret, "--wait");
        await holder.WaitForNoTransfersAsync();
        var page = await ReadAsync(Assert.Single(relay.Output, line => Begins(line, "figures at ")));
        // Once a node has stopped, its log is whole.
        foreach (var node in (TestNode[])[holder, relay, requester]) await node.StopAsync();

        var transfer = Assert.Single(Told(requester, 4008)).Text("transfer");
        Assert.Equal(transfer, Assert.Single(Told(relay, 4030)).Text("transfer"));
        Assert.Equal(transfer, Assert.Single(Told(holder, 4014)).Text("transfer"));
        Assert.Contains("ferry_links{transport=\"tcp\"} 2", page);
        Assert.Contains(page, line => Begins(line, "ferry_pieces_bytes_total{fate=\"relayed\"} 3"));
        Assert.DoesNotContain(page, line => line.Contains("tax", StringComparison.Ordinal));
        Assert.DoesNotContain("tax", holder.Errors + relay.Errors + requester.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_figures_cannot_be_served_does_not_start_and_says_so_in_its_log()
    {
        using var folder = new TemporaryFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var result = await FerryProgram.RunAsync(
            "node", "--home", folder["a"], "--listen", "tcp://127.0.0.1:0", "--discovery", "off",
            "--log-format", "json", "--metrics", $"{taken.LocalEndpoint}");

        Assert.Equal(1, result.Code);
        var line = JsonElement.Parse(result.Errors);
        Assert.Equal("error", line.Text("level"));
        Assert.Contains("name another address with --metrics", line.Text("reason"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["a"]));
    }

    private static IEnumerable<JsonElement> Told(TestNode node, int eventId) =>
        node.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
            .Where(line => line.GetProperty("event").GetInt32() == eventId);

    private static bool Begins(string line, string text) => line.StartsWith(text, StringComparison.Ordinal);

    private static async Task<string[]> ReadAsync(string told)
    {
        using var client = new HttpClient();
        return (await client.GetStringAsync(new Uri(told["figures at ".Length..]), Cancel)).Split('\n');
    }
}
