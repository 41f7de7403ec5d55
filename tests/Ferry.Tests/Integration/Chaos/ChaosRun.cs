using System.Collections.Concurrent;
using System.Diagnostics;
using Ferry.App.Commands;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration.Chaos;

/// <summary>
/// Carries a plan out on real processes: each node, each wire and each user has a lane of its own, in which one thing
/// happens after the other. When all lanes are at their end everything is up and healed, and has to come to rest.
/// </summary>
internal sealed class ChaosRun(ChaosPlan plan, NetworkLab lab)
{
    private const int NothingFound = (int)ExitCode.NothingFound;
    private const int NoNode = (int)ExitCode.NoNode;

    private readonly ConcurrentQueue<string> _story = new();
    private readonly Dictionary<string, ChaosNode> _nodes = [];
    private readonly Dictionary<string, string> _hashes = [];
    private long _started;
    private int _kills;
    private int _cuts;
    private int _resumed;

    public int Kills => _kills;
    public int Cuts => _cuts;

    /// <summary>Transfers that nodes found in their logs when they were started again.</summary>
    public int Resumed => _resumed;

    public async Task RunAsync()
    {
        await StartAsync();
        _started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Task.WhenAll(_nodes.Values.Select(FallAsync)),
            Task.WhenAll(plan.Wires.Select(FallAsync)),
            Task.WhenAll(plan.Wishes.Select(AskAsync)));
        Tell("all is up and healed");
        await RestAsync();
    }

    /// <summary>For a run that failed: what the nodes have left to do, and the last that each of them said.</summary>
    public async Task<string> PostMortemAsync()
    {
        var nodes = new List<string>();
        foreach (var node in _nodes.Values)
        {
            var transfers = await node.Node.RunAsync("transfers");
            var log = node.Node.Log.Split('\n');
            nodes.Add($"{node.Node.Name} ({node.Node.Id[..8]}): {transfers}\n{string.Join('\n', log.TakeLast(25))}");
        }
        return $"{string.Join('\n', _story)}\n{string.Join('\n', nodes)}";
    }

    private async Task StartAsync()
    {
        foreach (var name in plan.Nodes)
        {
            var neighbours = plan.Wires.Where(wire => wire.A == name || wire.B == name)
                .Select(wire => wire.A == name ? wire.B : wire.A).Where(_nodes.ContainsKey);
            var node = await lab.StartAsync(name, neighbours.Select(neighbour => _nodes[neighbour].Node));
            _nodes.Add(name, new ChaosNode(node));
        }
        for (var number = 0; number < plan.Files.Count; number++)
        {
            var file = plan.Files[number];
            var source = Contents.Write(lab.Folder[file.Name], file.Bytes, plan.Seed * 100 + number);
            _hashes[file.Name] = Contents.Hash(source);
            foreach (var holder in file.Holders) await _nodes[holder].Node.ShareAsync(source);
        }
    }

    private async Task FallAsync(ChaosNode node)
    {
        foreach (var kill in plan.Kills[node.Node.Name])
        {
            await UntilAsync(kill.At);
            Tell($"kill {node.Node.Name}");
            node.IsUp = false;
            await node.Node.KillAsync();
            Interlocked.Increment(ref _kills);
            AssertWholeOrNotThere(node.Node);
            await UntilAsync(kill.End);
            await node.Node.StartAsync();
            var found = await node.Node.TransfersAsync();
            Interlocked.Add(ref _resumed, found.Count);
            node.IsUp = true;
            Tell($"start {node.Node.Name}: {found.Count} transfers");
        }
    }

    private async Task FallAsync(ChaosWire wire)
    {
        foreach (var cut in wire.Cuts)
        {
            await UntilAsync(cut.At);
            Tell($"cut {wire.Link}");
            await lab.CutAsync(wire.Link);
            Interlocked.Increment(ref _cuts);
            await UntilAsync(cut.End);
            await lab.HealAsync(wire.Link);
            Tell($"heal {wire.Link}");
        }
    }

    /// <summary>
    /// A user, who asks again when the node died before its log had the request, or nobody within reach had the file.
    /// What the log has goes on by itself, and is never asked for again.
    /// </summary>
    private async Task AskAsync(ChaosWish wish)
    {
        var node = _nodes[wish.Node];
        var target = Path.Combine(node.Node.Downloads, wish.File.Name);
        await UntilAsync(wish.At);
        while (true)
        {
            await Eventually.TrueAsync($"{wish.Node} to be up", () => node.IsUp);
            if (File.Exists(target) || await IsLoggedAsync(node, wish.File)) return;
            await using var run = node.Node.Request(wish.File.Name);
            var result = await run.EndAsync();
            var last = result.Lines.Count > 0 ? result.Lines[^1] : "";
            Tell($"{wish.Node} asked for {wish.File.Name}: {result.Code} {last}");
            if (result.Code == 0) return;
            var mayAskAgain = result.Code is NothingFound or NoNode || !node.IsUp;
            Assert.True(mayAskAgain, $"{wish}: {result}");
        }
    }

    private static async Task<bool> IsLoggedAsync(ChaosNode node, ChaosFile file)
    {
        var transfers = await node.Node.RunAsync("transfers");
        return transfers.Code == 0 && transfers.Objects.Any(item =>
            item.Text("direction") == "download" && item.Text("name") == file.Name);
    }

    private async Task RestAsync()
    {
        foreach (var wish in plan.Wishes)
        {
            var target = Path.Combine(_nodes[wish.Node].Node.Downloads, wish.File.Name);
            await Eventually.TrueAsync($"{wish.File.Name} at {wish.Node}", () => File.Exists(target));
        }
        Tell("all files are there");
        foreach (var node in _nodes.Values) await node.Node.WaitForNoTransfersAsync();
        Tell("all logs are empty");
        foreach (var node in _nodes.Values)
        {
            AssertWholeOrNotThere(node.Node);
            var wished = plan.Wishes.Where(wish => wish.Node == node.Node.Name).Select(wish => wish.File.Name).Order();
            Assert.Equal(wished, Directory.EnumerateFiles(node.Node.Downloads).Select(Path.GetFileName).Order());
        }
    }

    /// <summary>Whenever a node dies: what has a final name is a whole file.</summary>
    private void AssertWholeOrNotThere(TestNode node)
    {
        foreach (var path in Directory.EnumerateFiles(node.Downloads, "*.bin"))
        {
            Assert.True(Contents.Hash(path) == _hashes[Path.GetFileName(path)], $"{path} is not what was asked for");
        }
    }

    private async Task UntilAsync(TimeSpan at)
    {
        var wait = at - Stopwatch.GetElapsedTime(_started);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, TestContext.Current.CancellationToken);
    }

    private void Tell(string what) => _story.Enqueue($"{Stopwatch.GetElapsedTime(_started).TotalSeconds,7:F2} {what}");

    private sealed class ChaosNode(TestNode node)
    {
        private volatile bool _isUp = true;

        public TestNode Node => node;
        public bool IsUp { get => _isUp; set => _isUp = value; }
    }
}
