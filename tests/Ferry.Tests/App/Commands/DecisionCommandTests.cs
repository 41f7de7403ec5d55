using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class DecisionCommandTests
{
    [Theory]
    [InlineData("admit", "Lets boat (aaaa-aaaa-aaaa-aaaa-aaaa) in. It asks again by itself within seconds.")]
    [InlineData("trust", "Trusts boat (aaaa-aaaa-aaaa-aaaa-aaaa).")]
    [InlineData("block", "Keeps boat (aaaa-aaaa-aaaa-aaaa-aaaa) out.")]
    [InlineData("forget", "Forgot boat (aaaa-aaaa-aaaa-aaaa-aaaa), and its address tcp://192.168.1.7:4747.")]
    public async Task Decision_is_told_with_the_fingerprint(string command, string sentence)
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync(command, "boat"));
        Assert.Equal([$"{command} boat"], terminal.Node.Asked);
        Assert.Equal([sentence], terminal.Lines);
    }

    [Fact]
    public async Task Json_has_the_node_and_what_it_is_now()
    {
        using var terminal = new Terminal();
        await terminal.RunAsync("forget", "boat", "--json");
        Assert.Equal(
            $"{{\"node\":\"{Samples.NodeId}\",\"fingerprint\":\"aaaa-aaaa-aaaa-aaaa-aaaa\",\"nickname\":\"boat\","
                + "\"standing\":\"stranger\",\"addresses\":[\"tcp://192.168.1.7:4747\"]}",
            Assert.Single(terminal.Lines));
    }

    [Fact]
    public async Task Without_a_node_it_is_a_slip()
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync("trust"));
        Assert.Contains("NODE is missing", terminal.Error, StringComparison.Ordinal);
    }
}
