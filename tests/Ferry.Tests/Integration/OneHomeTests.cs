using System.Text.Json;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Nodes that start and stop on one home at the same time, each a process.</summary>
public sealed class OneHomeTests : IDisposable
{
    private const int Rounds = 4;
    private const int Starters = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_several_that_start_at_once_one_runs_and_is_reached()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var starters = Enumerable.Range(0, Starters).Select(i => Start($"r{round}n{i}")).ToList();
            try
            {
                var ready = await Task.WhenAll(starters.Select(IsReadyAsync));

                var winner = starters[Array.IndexOf(ready, true)];
                Assert.Single(ready, isReady => isReady);
                foreach (var loser in starters.Where(starter => starter != winner))
                {
                    Assert.Equal(1, await loser.ExitAsync());
                    Assert.Contains(
                        $"another node is running on {_folder["home"]} (process {winner.Id})", loser.Errors,
                        StringComparison.Ordinal);
                }
                await AssertReachedAsync(winner);
                // The next round begins while it stops.
                await winner.SignalAsync("TERM");
                await AssertHandedOnAsync(winner, $"r{round}next");
            }
            finally
            {
                foreach (var starter in starters) await starter.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_node_stays_reachable_when_its_socket_and_its_lock_are_removed()
    {
        await using var node = Start("node");
        Assert.True(await IsReadyAsync(node));
        var theLock = _folder["home/lock"];
        File.Delete(_folder["home/control.sock"]);
        File.Delete(theLock);

        await Eventually.TrueAsync(
            "lock and socket to be made again",
            () => File.Exists(theLock) && File.Exists(_folder["home/control.sock"]));
        await AssertReachedAsync(node);
        await using var second = Start("second");
        Assert.Equal(1, await second.ExitAsync());
        await AssertReachedAsync(node);
    }

    [Fact]
    public async Task A_home_that_was_there_keeps_its_modes_whatever_becomes_of_the_start()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("only Unix has modes");
            return;
        }
        var home = _folder.NewFolder("home");
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
            UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(home, mode);

        await using (var node = Start("node"))
        {
            Assert.True(await IsReadyAsync(node));
            Assert.Contains("chmod 700", node.Errors, StringComparison.Ordinal);
        }
        var failed = await FerryProgram.RunAsync("node", "--home", home, "--listen", "tcp://192.0.2.1:1");

        Assert.Equal(1, failed.Code);
        Assert.Equal(mode, File.GetUnixFileMode(home));
    }

    private ChildProcess Start(string name) => ChildProcess.Start(
        FerryProgram.Command(
            "node", "--home", _folder["home"], "--name", name, "--listen", "tcp://127.0.0.1:0", "--json",
            "--stop-with-input"),
        keepInput: true);

    /// <summary>False when it ended before it was ready.</summary>
    private static async Task<bool> IsReadyAsync(ChildProcess node)
    {
        await foreach (var _ in node.LinesAsync(TestContext.Current.CancellationToken)) return true;
        return false;
    }

    /// <summary>Tried until the home is free.</summary>
    private async Task AssertHandedOnAsync(ChildProcess before, string name)
    {
        while (true)
        {
            var hadEnded = before.HasExited;
            await using var next = Start(name);
            if (await IsReadyAsync(next))
            {
                await AssertReachedAsync(next);
                Assert.Equal(0, await before.ExitAsync());
                await AssertReachedAsync(next);
                return;
            }
            Assert.False(hadEnded, $"the home of a node that has ended was not free: {next.Errors}");
        }
    }

    private async Task AssertReachedAsync(ChildProcess node)
    {
        var status = await FerryProgram.RunAsync("status", "--home", _folder["home"], "--json");
        Assert.True(status.Code == 0, status.ToString());
        using var started = JsonDocument.Parse(node.Output.First());
        Assert.Equal(
            started.RootElement.GetProperty("nickname").GetString(), status.Objects[0].Text("nickname"));
    }
}
