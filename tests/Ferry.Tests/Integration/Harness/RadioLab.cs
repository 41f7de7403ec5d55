using Ferry.App.Control;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// Three devices with a Wi-Fi radio and a Bluetooth controller each, in the guest that tests/labs/radio-lab boots: real
/// kernel stacks over virtual radios. Each has a node that listens on both; an emulated processor takes so long to
/// start one that all tests share them. A test begins with nobody in range of anybody, and nobody linked.
/// </summary>
/// <remarks>
/// Bluetooth sockets exist only in the kernel's first network namespace. So what keeps the devices' IP apart is not
/// namespaces but VRFs, a routing domain for each radio: between two devices IP goes over the air or not at all.
/// </remarks>
public sealed class RadioLab : IAsyncLifetime
{
    /// <summary>
    /// Milliseconds for one test. They take half a minute each where nothing else runs; their sum has no limit.
    /// </summary>
    internal const int TestLimit = 600_000;

    private readonly TemporaryFolder _folder = new();
    private readonly List<TestNode> _nodes = [];

    /// <summary>What runs the guest says so.</summary>
    internal static bool IsHere { get; } = Environment.GetEnvironmentVariable("FERRY_RADIO_LAB") is "1";

    internal TemporaryFolder Folder => _folder;

    /// <summary>The device in the middle, which the others join.</summary>
    internal TestNode Middle => _nodes[Air.Middle];

    internal TestNode Left => _nodes[Air.Left];
    internal TestNode Right => _nodes[Air.Right];

    public async ValueTask InitializeAsync()
    {
        if (!IsHere) return;
        await Air.SetUpAsync();
        foreach (var device in Air.Devices)
        {
            var name = $"device{device}";
            _nodes.Add(await TestNode.StartAsync(
                name, _folder[name], $"tcp://{Air.WifiAddress(device)}:4747", ["ip", "vrf", "exec", $"air{device}"],
                ["--listen", $"bluetooth://hci{device}/{Air.Channel}"]));
        }
        // A node's first handshake compiles what it runs through, and an emulated processor may take longer for that
        // than the time limit of a handshake. The tests begin with nodes that have done it.
        await Air.WifiAsync((Air.Left, Air.Middle), (Air.Middle, Air.Right));
        foreach (var node in new[] { Left, Right }) await JoinAsync(node, Air.WifiAddress(Air.Middle));
    }

    /// <summary>Skips the test, and says why, outside the lab.</summary>
    internal async Task BeginAsync()
    {
        Assert.SkipUnless(IsHere, "needs the radio lab: tests/labs/radio-tests boots it (root)");
        await Air.ResetAsync();
        foreach (var node in _nodes) await node.StartIfEndedAsync();
        foreach (var node in new[] { Left, Right }) await node.DoAsync("leave");
        await Middle.WaitForPeersAsync(0);
    }

    /// <summary>
    /// Tries until it is done: a controller that still calls somebody out of range, for an earlier test, takes time.
    /// </summary>
    internal static Task JoinAsync(TestNode node, string address) => Eventually.GetAsync(
        $"{node.Name} to have joined {address}", () => node.RunAsync("join", address), joined => joined.Code == 0);

    /// <summary>
    /// A file of the test's own, shared by one node and seen by the other: on an emulated processor a first search may
    /// take longer than searches wait for answers.
    /// </summary>
    internal async Task<string> ShareAsync(TestNode holder, TestNode seeker, string name, int bytes)
    {
        var path = Contents.Write(_folder[name], bytes, seed: bytes + name.Length);
        await holder.ShareAsync(path);
        await Eventually.GetAsync(
            $"{seeker.Name} to find {name}", () => seeker.RunAsync("search", name), found => found.Code == 0);
        return path;
    }

    /// <summary>Into the test's output, with the time: tells where a test stood that did not end.</summary>
    internal static void Say(string what) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.f} {what}");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
            // For tests/labs/radio-tests, which shows them when something failed.
            await File.WriteAllTextAsync($"{Environment.GetEnvironmentVariable("OUT")}/{node.Name}.log", node.Log);
        }
        _folder.Dispose();
    }
}

/// <summary>Its tests run one after the other, on the same devices.</summary>
[CollectionDefinition(Name)]
public sealed class RadioCollection : ICollectionFixture<RadioLab>
{
    public const string Name = "radio";
}
