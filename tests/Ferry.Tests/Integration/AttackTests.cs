using System.Diagnostics;
using System.Globalization;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// A transfer over a relay on shaped wires, alone and then while strangers have the relay and the holder busy: it is
/// to go on at a good part of its rate, with no node in need of much memory, and all there in the end.
/// </summary>
[Trait("Category", "Root")]
[Collection(nameof(Alone))]
public sealed class AttackTests
{
    private const int MegabytesMax = 300;

    /// <summary>
    /// Searches once kept a request unanswered whose transfer they would not have slowed down. Lanes: they say that
    /// they hold the file, are silent about its manifest, agree on keys with the requester, and send nothing.
    /// </summary>
    [Theory]
    [InlineData("searches")]
    [InlineData("lanes")]
    public Task Twenty_links_leave_half_of_the_rate(string kind) => RunAsync(kind, 20, megabytes: 6, leastPart: 0.5);

    /// <summary>As all below by tests/labs/attack/run, on a machine that does nothing else.</summary>
    [Theory]
    [InlineData("captures")]
    [InlineData("floods")]
    [InlineData("manifests")]
    [InlineData("deaf")]
    [InlineData("half open")]
    [InlineData("key offers")]
    [InlineData("garbage")]
    [InlineData("certificates")]
    [Trait("Category", "Slow")]
    public Task Twenty_links_of_other_kinds_leave_half_of_the_rate(string kind) =>
        RunAsync(kind, 20, megabytes: 6, leastPart: 0.5);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Fifty_hostile_links_leave_most_of_the_rate() => RunAsync("", 50, megabytes: 40, leastPart: 0.8);

    private static async Task RunAsync(string kind, int links, int megabytes, double leastPart)
    {
        await using var lab = await NetworkLab.UpAsync(
            "wire a b rate=8mbit delay=5ms", "wire b c rate=8mbit delay=5ms");
        var holder = await lab.StartAsync("a");
        var relay = await lab.StartAsync("b", holder);
        var requester = await lab.StartAsync("c", relay);
        TestNode[] nodes = [holder, relay, requester];
        await holder.ShareAsync(Contents.Write(lab.Folder["alone.bin"], megabytes << 20));
        var content = await holder.ShareAsync(Contents.Write(lab.Folder["besieged.bin"], megabytes << 20, seed: 2));
        var words = new HostileWords(Convert.FromHexString(content), "besieged.bin", megabytes << 20);
        await requester.WaitForPeersAsync(1);

        var alone = await TimeAsync(lab, requester, "alone.bin");
        await using var first = await HostileAsync(lab, relay, words, links - links / 2, kind);
        await using var second = await HostileAsync(lab, holder, words, links / 2, kind);
        await Eventually.TrueAsync("strangers to be there", () => first.Dialed > 0 && second.Dialed > 0);
        var before = nodes.Select(CpuSeconds).ToList();
        var besieged = await TimeAsync(lab, requester, "besieged.bin");

        var report = $"alone {alone.TotalSeconds:0.0} s, besieged {besieged.TotalSeconds:0.0} s";
        foreach (var (node, cpu) in nodes.Zip(before))
        {
            report += $", {node.Name} {PeakMegabytes(node)} MB and {CpuSeconds(node) - cpu:0.0} s of CPU";
        }
        foreach (var node in nodes)
        {
            Assert.True(PeakMegabytes(node) < MegabytesMax, report);
            // It answers, and has not started again.
            Assert.DoesNotContain("started again", string.Join('\n', (await node.DoAsync("status")).Single()
                .Items("warnings")), StringComparison.Ordinal);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.True(alone >= leastPart * besieged, report);
    }

    private static async Task<HostileLinks> HostileAsync(
        NetworkLab lab, TestNode node, HostileWords words, int links, string kind) =>
        new(await lab.DoorAsync(node), words, links, kind);

    private static async Task<TimeSpan> TimeAsync(NetworkLab lab, TestNode requester, string name)
    {
        var started = Stopwatch.GetTimestamp();
        await requester.FetchAsync(name);
        var taken = Stopwatch.GetElapsedTime(started);
        Contents.AssertSame(lab.Folder[name], Path.Combine(requester.Downloads, name));
        return taken;
    }

    /// <summary>Of all its threads, in user and in system mode: clock ticks, 100 a second.</summary>
    private static double CpuSeconds(TestNode node)
    {
        var fields = File.ReadAllText($"/proc/{node.ProcessId}/stat").Split(") ")[^1].Split(' ');
        return fields[11..13].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / 100.0;
    }

    /// <summary>The most that was resident at a time.</summary>
    private static long PeakMegabytes(TestNode node)
    {
        var line = File.ReadLines($"/proc/{node.ProcessId}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            / 1024;
    }
}
