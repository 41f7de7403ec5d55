using System.Text;
using System.Text.Json;
using Ferry.App.Control;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>A node in a process of its own, with a home of its own. It can be killed and started again.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    /// <summary>Among the options: not <c>--open</c>, which nodes are otherwise.</summary>
    public const string Closed = "closed";

    private readonly List<string> _options;
    private readonly List<string> _defaults = [];
    private readonly IReadOnlyList<string> _prefix;
    private readonly ControlClient _control;
    private readonly StringBuilder _earlier = new();
    private ChildProcess? _process;

    private TestNode(string name, string home, IReadOnlyList<string> prefix, IEnumerable<string> options)
    {
        (Name, Home, _prefix) = (name, home, prefix);
        _options = [.. options];
        // A test's nodes find each other only where that is what is tested, and never leave their namespaces.
        if (!_options.Contains("--discovery")) _defaults.AddRange(["--discovery", "off"]);
        // Tests run on disks that are nearly full, too.
        if (!_options.Contains("--keep-free")) _defaults.AddRange(["--keep-free", "0"]);
        if (!_options.Remove(Closed) && !_options.Contains("--passphrase-file")) _defaults.Add("--open");
        _control = new ControlClient(home, "ferry node", TimeProvider.System);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Name { get; }
    public string Home { get; }
    public string Id { get; private set; } = "";

    /// <summary>Where it listens, <c>tcp://HOST:PORT</c>. Stays the same when the node starts again.</summary>
    public string Address { get; private set; } = "tcp://127.0.0.1:0";

    public int Port => new Uri(Address).Port;
    public int ProcessId => _process!.Id;
    public string Downloads => Path.Combine(Home, "downloads");
    public string Errors => _process?.Errors ?? "";

    /// <summary>What it wrote to standard output since it was started last.</summary>
    public IReadOnlyCollection<string> Output => _process?.Output ?? [];

    /// <summary>What it wrote to standard error since it was started for the first time.</summary>
    public string Log => _earlier + Errors;

    /// <summary>A node on the loopback interface, open to anybody, which listens on a free port.</summary>
    public static Task<TestNode> StartAsync(TemporaryFolder folder, string name, params IEnumerable<string> options) =>
        StartAsync(name, folder[name], "tcp://127.0.0.1:0", [], options);

    /// <param name="prefix">The command that runs the node's, such as one that enters a namespace.</param>
    public static async Task<TestNode> StartAsync(
        string name, string home, string listen, IReadOnlyList<string> prefix, IEnumerable<string> options)
    {
        var node = new TestNode(name, home, prefix, options) { Address = listen };
        try
        {
            await node.StartAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it (again) and waits until it answers.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) _earlier.AppendLine(_process.Errors).AppendLine("-- started again --");
        _process = ChildProcess.Start(
        [
            .. _prefix, .. FerryProgram.Command(
            [
                "node", "--home", Home, "--name", Name, .. _defaults, "--listen", Address, "--ack-timeout", "5s",
                "--stop-with-input", .. _options,
            ]),
        ], keepInput: true);
        var status = await Eventually.GetAsync($"node {Name} to answer", TryStatusAsync, found => found is not null);
        Id = status!.Node;
        Address = status.Listening[0];
    }

    public Task StartIfEndedAsync() => _process!.HasExited ? StartAsync() : Task.CompletedTask;

    public Task KillAsync() => _process!.KillAsync();

    /// <summary>As a service is stopped: SIGTERM.</summary>
    public async Task<int> StopAsync()
    {
        await _process!.SignalAsync("TERM");
        return await _process.ExitAsync();
    }

    /// <summary>A command for this node, with <c>--json</c>.</summary>
    public Task<CommandResult> RunAsync(params IEnumerable<string> arguments) =>
        FerryProgram.RunAsync([.. arguments, "--home", Home, "--json"]);

    /// <summary>A command that must end well.</summary>
    public async Task<IReadOnlyList<JsonElement>> DoAsync(params IEnumerable<string> arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.Code == 0, $"{Name}: {string.Join(' ', arguments)}: {result}\nnode: {Errors}");
        return result.Objects;
    }

    public Task JoinAsync(TestNode other) => DoAsync("join", other.Address);

    public Task<InviteInfo> InviteAsync() => _control.InviteAsync(new InviteOptions(1, 600), Cancel);

    /// <exception cref="FerryException">It is refused, or one of the two nodes is not there any more.</exception>
    public Task<JoinInfo> JoinAsync(string addressOrTicket) => _control.JoinAsync(addressOrTicket, Cancel);

    public Task<StatusInfo> StatusAsync() => _control.StatusAsync(Cancel);

    public Task<IReadOnlyList<PeerInfo>> PeersAsync() => _control.PeersAsync(Cancel);

    public RequestRun Request(params IEnumerable<string> arguments) =>
        new(FerryProgram.Start(["request", .. arguments, "--home", Home, "--json"]));

    public async Task<JsonElement> FetchAsync(params IEnumerable<string> arguments)
    {
        await using var run = Request(arguments);
        return await run.CompleteAsync();
    }

    /// <summary>Shares a file and waits until it has been hashed; answers its content id.</summary>
    public async Task<string> ShareAsync(string path)
    {
        await DoAsync("share", path);
        var file = await Eventually.GetAsync($"{path} to be hashed", async () =>
        {
            var files = await DoAsync("files");
            return files.FirstOrDefault(item => item.Text("path") == path && item.Text("state") == "ready");
        }, item => item.ValueKind == JsonValueKind.Object);
        return file.Text("contentId");
    }

    public Task WaitForPeersAsync(int count) => Eventually.GetAsync(
        $"{Name} to have {count} neighbours",
        async () => (await _control.PeersAsync(Cancel)).Count(peer => peer.Links.Count > 0), seen => seen == count);

    public Task WaitForLinksAsync(int count) => Eventually.GetAsync(
        $"{Name} to have {count} links",
        async () => (await _control.PeersAsync(Cancel)).Sum(peer => peer.Links.Count), seen => seen == count);

    /// <summary>Searches without a process of its own, whose start would take longer than the search.</summary>
    public async Task<SearchHitInfo> FirstHitAsync(string query)
    {
        await using var hits = _control.SearchAsync(query, isPublic: false, Cancel).GetAsyncEnumerator(Cancel);
        var found = await Eventually.InTimeAsync($"a hit for {query}", hits.MoveNextAsync().AsTask());
        Assert.True(found, $"the search for {query} found nothing");
        return Assert.IsType<RequestEvent.Found>(hits.Current).Hit;
    }

    public Task<IReadOnlyList<TransferInfo>> TransfersAsync() => _control.TransfersAsync(Cancel);

    /// <summary>Until its links to the other are of these transports, no more and no fewer.</summary>
    public Task WaitForLinksAsync(TestNode other, params IReadOnlyList<string> transports) => Eventually.GetAsync(
        $"{Name} to be linked to {other.Name} by {string.Join(" and ", transports)}",
        async () =>
        {
            var peers = await _control.PeersAsync(Cancel);
            return peers.Where(peer => peer.Node == other.Id).SelectMany(peer => peer.Links)
                .Select(link => link.Transport).Distinct().Order(StringComparer.Ordinal).ToList();
        },
        seen => seen.SequenceEqual(transports.Order(StringComparer.Ordinal)));

    /// <summary>Nothing may be left in the log of either side when a transfer has ended.</summary>
    public Task WaitForNoTransfersAsync() => Eventually.GetAsync(
        $"the transfers of {Name} to end",
        async () => string.Join('\n', await TransfersAsync()),
        left => left.Length == 0);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _control.Dispose();
    }

    private async Task<StatusInfo?> TryStatusAsync()
    {
        if (_process!.HasExited)
        {
            Assert.Fail($"node {Name} ended at once ({await _process.ExitAsync()}): {_process.Errors}");
        }
        try
        {
            return await _control.StatusAsync(Cancel);
        }
        catch (NoNodeException)
        {
            return null;
        }
    }
}
