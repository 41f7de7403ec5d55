using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A node whose process does nothing more, and one that takes long: commands tell them apart.</summary>
public sealed class StoppedNodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("status")]
    [InlineData("search", "song")]
    public async Task A_stopped_node_is_said_not_to_answer(params string[] command)
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        await using (var stop = ChildProcess.Start(["kill", "-STOP", $"{node.ProcessId}"])) await stop.ExitAsync();

        var ended = await node.RunAsync(command);

        Assert.Equal(4, ended.Code);
        Assert.Contains(
            $"the node (process {node.ProcessId}) was stopped (SIGSTOP or Ctrl-Z) and does not answer", ended.Errors,
            StringComparison.Ordinal);
        await using (var go = ChildProcess.Start(["kill", "-CONT", $"{node.ProcessId}"])) await go.ExitAsync();
        await node.DoAsync("status");
    }
}
