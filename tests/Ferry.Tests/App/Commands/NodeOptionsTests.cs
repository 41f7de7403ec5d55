using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class NodeOptionsTests
{
    [Fact]
    public void Options_reach_the_node()
    {
        var options = Read("node --name boat --listen tcp://127.0.0.1:0 --listen tcp://[::1]:0 --share /data/maps " +
            "--share song " +
            "--downloads in --join a --join b:5000 --open --ack-timeout 1500ms --keep-free 1.5GiB");

        Assert.Equal("/data/boat/.ferry", options.Home);
        Assert.Equal("boat", options.Nickname);
        Assert.Equal(["tcp://127.0.0.1:0", "tcp://[::1]:0"], options.Listen);
        Assert.Equal(["/data/maps", Path.GetFullPath("song")], options.Shares);
        Assert.Equal(Path.GetFullPath("in"), options.Downloads);
        Assert.Equal(["a", "b:5000"], options.Join);
        Assert.True(options.Open);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.AckTimeout);
        Assert.Equal(3L << 29, options.KeepFreeBytes);
    }

    [Fact]
    public void Without_options_a_node_has_the_defaults()
    {
        var options = Read("node");
        var defaults = new NodeOptions { Home = options.Home };

        Assert.Equal(defaults.Nickname, options.Nickname);
        Assert.Empty(options.Listen);
        Assert.Empty(options.Shares);
        Assert.Empty(options.Join);
        Assert.Null(options.Downloads);
        Assert.Null(options.KeepFreeBytes);
        Assert.False(options.Open);
        Assert.True(options.AutoLink);
        Assert.Equal(defaults.AckTimeout, options.AckTimeout);
    }

    [Theory]
    [InlineData("node --auto-link on", true)]
    [InlineData("node --auto-link off", false)]
    public void Further_links_can_be_had_or_not(string line, bool expected) =>
        Assert.Equal(expected, Read(line).AutoLink);

    [Theory]
    [InlineData("node --discovery on", true)]
    [InlineData("node --discovery off", false)]
    [InlineData("node", true)]
    public void Nodes_on_the_same_lan_can_be_found_or_not(string line, bool expected) =>
        Assert.Equal(expected, Read(line).Discovery);

    [Theory]
    [InlineData("node --web 127.0.0.1:8080", "web page")]
    public async Task What_is_not_there_yet_is_refused_and_not_ignored(string line, string what)
    {
        using var home = new TemporaryFolder();
        using var terminal = new Terminal { Home = home.Path };

        var code = await terminal.RunAsync([.. Words.Split(line)!]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith($"ferry: this version has no {what} yet: ", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Node.Asked);
    }

    private static NodeOptions Read(string line)
    {
        var parsed = new CommandTable().Parse(Words.Split(line)!);
        Assert.Empty(parsed.Errors);
        return ((NodeCommand)parsed.CommandResult.Command).Read(parsed, "/data/boat/.ferry");
    }
}
