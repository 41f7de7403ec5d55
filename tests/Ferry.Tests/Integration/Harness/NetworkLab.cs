using System.Net;
using System.Text.Json;
using Ferry.Tests.Architecture;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// Hosts as network namespaces (tests/labs/netlab), taken down with the test, or with this process if it dies. The node
/// of each host listens on 4747 and joins the neighbours that started before it.
/// </summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const int Port = 4747;

    /// <summary>Sockets of files are no matter of namespaces: this machine's Avahi would show the node on its LAN.
    /// </summary>
    private const string NoBus = "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/dev/null";
    private static readonly string Tool = Repository.FullPath("tests/labs/netlab/netlab");
    private static int _labs;
    private static int _doors;

    /// <summary>At most eight letters and digits; labs of several test runs stand side by side.</summary>
    private readonly string _lab =
        $"f{Environment.ProcessId % 100_000}{(char)('a' + (Interlocked.Increment(ref _labs) % 26))}";
    private readonly TemporaryFolder _folder = new();
    private readonly List<TestNode> _nodes = [];

    private NetworkLab() { }

    public TemporaryFolder Folder => _folder;

    /// <summary>What every node that is started from now on is told besides.</summary>
    public IReadOnlyList<string> NodeOptions { get; set; } = [];

    /// <summary>Skips the test, and says why, where there can be no namespaces.</summary>
    public static async Task<NetworkLab> UpAsync(params string[] topology)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "network namespaces need root");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "network namespaces need /dev/net/tun");
        var missing = new[] { "ip", "nsenter", "flock", "column", "cc" }.Where(tool => !IsInPath(tool)).ToList();
        Assert.SkipWhen(missing.Count > 0, $"namespaces need {string.Join(", ", missing)} (./test installs them)");
        var lab = new NetworkLab();
        var file = lab._folder["topology"];
        await File.WriteAllLinesAsync(file, topology, TestContext.Current.CancellationToken);
        await lab.DoAsync("up", "--owner", $"{Environment.ProcessId}", file);
        return lab;
    }

    /// <summary>Where every node that is started from now on listens.</summary>
    public string Listen { get; set; } = $"tcp://0.0.0.0:{Port}";

    /// <summary>Starts a node on the host and joins it to nodes on neighbouring hosts.</summary>
    public async Task<TestNode> StartAsync(string host, params IEnumerable<TestNode> neighbours)
    {
        var options = new List<string>(NodeOptions);
        foreach (var other in neighbours)
        {
            options.AddRange(["--join", $"{await AddressAsync(other.Name, host)}:{Port}"]);
        }
        var node = await TestNode.StartAsync(
            host, _folder[host], Listen, [Tool, "--lab", _lab, "exec", host, "--", "env", NoBus], options);
        _nodes.Add(node);
        return node;
    }

    /// <summary>The address of the host's end of its wire to the peer, or of its port on a lan.</summary>
    public async Task<string> AddressAsync(string host, string peer) => (await DoAsync("addr", host, peer)).Lines[0];

    public Task SetAsync(string link, params IEnumerable<string> keys) => DoAsync(["set", .. link.Split(' '), .. keys]);
    public Task CutAsync(string link) => DoAsync(["cut", .. link.Split(' ')]);
    public Task HealAsync(string link) => DoAsync(["heal", .. link.Split(' ')]);

    /// <summary>Runs a command on the host, which must end well.</summary>
    public Task RunAsync(string host, params IEnumerable<string> command) => DoAsync(["exec", host, "--", .. command]);

    /// <summary>Joins over one of several ways: the other's end of its wire to a host, or its port on a lan.</summary>
    public async Task JoinAsync(TestNode node, TestNode other, string over) =>
        await node.DoAsync("join", $"{await AddressAsync(other.Name, over)}:{Port}");

    /// <summary>IP bytes (on a lan Ethernet's) that have crossed a link from the first to the second.</summary>
    public async Task<long> BytesAsync(string from, string to)
    {
        var directions = JsonElement.Parse(string.Join('\n', (await DoAsync("stat", from, to, "--json")).Lines));
        return directions.EnumerateArray().Single(item => item.Text("from") == from && item.Text("to") == to)
            .Number("bytes");
    }

    /// <summary>
    /// An unshaped wire of its own from this process to the node, which goes with the lab: this end has several
    /// addresses, as if there were several hosts.
    /// </summary>
    public async Task<Door> DoorAsync(TestNode node)
    {
        const int Hosts = 8;
        var door = Interlocked.Increment(ref _doors);
        var (net, host) = ($"10.{200 + door % 50}.{Environment.ProcessId % 256}", $"{_lab}-{node.Name}");
        var near = Enumerable.Range(1, Hosts).Select(number => $"{net}.{number}").ToList();
        string[] steps =
        [
            $"ip link add {_lab}d{door} type veth peer name door netns {host}",
            .. near.Select(address => $"ip addr add {address}/24 dev {_lab}d{door}"),
            $"ip link set {_lab}d{door} up",
            $"ip -n {host} addr add {net}.254/24 dev door", $"ip -n {host} link set door up",
        ];
        await using var process = ChildProcess.Start(["sh", "-c", string.Join(" && ", steps)]);
        Assert.True(await process.ExitAsync() == 0, process.Errors);
        return new Door([.. near.Select(IPAddress.Parse)], new IPEndPoint(IPAddress.Parse($"{net}.254"), Port));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await DoAsync("down");
        _folder.Dispose();
    }

    private async Task<CommandResult> DoAsync(params IEnumerable<string> arguments)
    {
        await using var process = ChildProcess.Start([Tool, "--lab", _lab, .. arguments]);
        var result = new CommandResult(await process.ExitAsync(), [.. process.Output], process.Errors);
        Assert.True(result.Code == 0, $"netlab {string.Join(' ', arguments)}: {result}");
        return result;
    }

    internal static bool IsInPath(string tool) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, tool)));
}

/// <param name="Hosts">The addresses at this end.</param>
/// <param name="Node">Where the node listens at the other one.</param>
internal sealed record Door(IReadOnlyList<IPAddress> Hosts, IPEndPoint Node);
