using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class DiscoverCommandTests
{
    [Fact]
    public async Task Nodes_are_listed_with_address_and_signal()
    {
        using var terminal = new Terminal();
        terminal.Node.Discovered.Add(new DiscoveredInfo("boat", "bluetooth://AA:BB:CC:DD:EE:FF/3", "bluetooth", -40));
        terminal.Node.Discovered.Add(new DiscoveredInfo("pier", "bluetooth://AA:BB:CC:DD:EE:00/1", "bluetooth", null));

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("discover"));

        var boat = terminal.Lines.Single(line => line.Contains("boat", StringComparison.Ordinal));
        Assert.Contains("bluetooth://AA:BB:CC:DD:EE:FF/3", boat, StringComparison.Ordinal);
        Assert.Contains("-40 dBm", boat, StringComparison.Ordinal);
        var pier = terminal.Lines.Single(line => line.Contains("pier", StringComparison.Ordinal));
        Assert.DoesNotContain("dBm", pier, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_nodes_on_the_lan_admit_is_said_and_a_name_that_is_not_told_is_a_dash()
    {
        using var terminal = new Terminal();
        terminal.Node.Discovered.Add(
            new DiscoveredInfo("mate", "tcp://10.0.0.2:4747", "tcp", null) { Admits = NodeAdmits.Member });
        terminal.Node.Discovered.Add(
            new DiscoveredInfo("", "tcp://10.0.0.3:4747", "tcp", null) { Admits = NodeAdmits.Asking });
        terminal.Node.Discovered.Add(
            new DiscoveredInfo("\u202Eevil", "tcp://10.0.0.4:4747", "tcp", null) { Admits = NodeAdmits.Everybody });

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("discover"));

        Assert.StartsWith("  mate ", Line("10.0.0.2"), StringComparison.Ordinal);
        Assert.Contains("members, like you", Line("10.0.0.2"), StringComparison.Ordinal);
        Assert.StartsWith("  - ", Line("10.0.0.3"), StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", Line("10.0.0.4"), StringComparison.Ordinal);

        string Line(string with) => terminal.Lines.Single(line => line.Contains(with, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_within_reach_is_said_with_the_way_out()
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.NothingFound, await terminal.RunAsync("discover"));
        Assert.Contains("bluetoothctl discoverable on", terminal.Error, StringComparison.Ordinal);
    }
}
