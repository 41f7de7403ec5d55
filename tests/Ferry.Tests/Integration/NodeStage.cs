using System.Security.Cryptography;
using Ferry.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Real nodes in this process, on loopback, each with a home of its own; all gone at the end.</summary>
internal sealed class NodeStage : IAsyncDisposable
{
    private readonly List<FerryNode> _nodes = [];
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _limit = new(Patience.Limit);

    public CancellationToken Limit => _limit.Token;

    public string PathOf(string name) => _folder[name];

    public NodeOptions OptionsOf(string name) => new()
    {
        Home = PathOf(name),
        Nickname = name,
        Listen = ["tcp://127.0.0.1:0"],
        Open = true,
        Discovery = false,
        KeepFreeBytes = 0, // Tests run on disks that are nearly full, too.
    };

    public Task<FerryNode> StartAsync(string name) => StartAsync(OptionsOf(name));

    public Task<FerryNode> StartAsync(NodeOptions options) => StartAsync(options, TimeProvider.System);

    public async Task<FerryNode> StartAsync(NodeOptions options, TimeProvider time)
    {
        var node = await FerryNode.StartAsync(options, time, NullLoggerFactory.Instance, Limit);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A file of random bytes in a folder of its own.</summary>
    public string MakeFile(string folder, string name, long bytes)
    {
        var path = Path.Combine(_folder.NewFolder(folder), name);
        using var file = File.Create(path);
        var block = new byte[1 << 20];
        for (var left = bytes; left > 0; left -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            file.Write(block, 0, (int)Math.Min(block.Length, left));
        }
        return path;
    }

    /// <summary>Shares the path and waits until all of it is hashed.</summary>
    public async Task ShareAsync(FerryNode node, string path)
    {
        await node.ShareAsync(path, hidden: false, Limit);
        await UntilAsync(async () =>
        {
            var files = await node.FilesAsync(Limit).ToListAsync(Limit);
            return files.Count > 0 && files.All(file => file.State == FileState.Ready);
        });
    }

    public async Task<string> AddressOf(FerryNode node) => (await node.StatusAsync(Limit)).Listening[0];

    public async Task JoinAsync(FerryNode node, FerryNode other) => await node.JoinAsync(await AddressOf(other), Limit);

    public Task<IReadOnlyList<RequestEvent>> RequestAsync(FerryNode node, string what) =>
        RequestAsync(node, new RequestOptions(what, null, First: false));

    public async Task<IReadOnlyList<RequestEvent>> RequestAsync(FerryNode node, RequestOptions options)
    {
        var events = new List<RequestEvent>();
        await foreach (var told in node.RequestAsync(options, Limit)) events.Add(told);
        return events;
    }

    /// <summary>Asks again until the answer is yes or the patience is over.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await isSo()) await ticks.WaitForNextTickAsync(Limit);
    }

    /// <summary>The first warning with these words in it; null while there is none, or the node starts again.</summary>
    public async Task<string?> WarningOf(FerryNode node, string words)
    {
        try
        {
            var warnings = (await node.StatusAsync(Limit)).Warnings;
            return warnings.FirstOrDefault(warning => warning.Contains(words, StringComparison.Ordinal));
        }
        catch (FerryException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _limit.Dispose();
        _folder.Dispose();
    }

    public static void AssertSameFile(string expected, string actual) =>
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(expected)), SHA256.HashData(File.ReadAllBytes(actual)));
}
