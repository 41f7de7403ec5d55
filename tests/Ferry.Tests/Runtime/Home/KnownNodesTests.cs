using Ferry.Runtime;
using Ferry.Runtime.Home;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Home;

public sealed class KnownNodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HomeFolder _home;

    public KnownNodesTests() => _home = HomeFolder.Open(_folder["home"]);

    [Fact]
    public void Decisions_survive_a_restart()
    {
        var known = Load();
        known.Trust(Some.Node(1), "boat");
        known.Block(Some.Node(2), "pirate");
        known.Trust(Some.Node(3), "gone");
        Assert.True(known.Forget(Some.Node(3)));
        Assert.False(known.Forget(Some.Node(3)));

        var again = Load();
        Assert.True(again.IsTrusted(Some.Node(1)));
        Assert.False(again.IsBlocked(Some.Node(1)));
        Assert.True(again.IsBlocked(Some.Node(2)));
        Assert.False(again.IsTrusted(Some.Node(2)));
        Assert.Equal(["boat", "pirate"], again.All.Select(node => node.Nickname));
    }

    [Fact]
    public void Later_decision_replaces_the_earlier_one()
    {
        var known = Load();
        known.Trust(Some.Node(1), "boat");
        known.Block(Some.Node(1), "boat");
        Assert.False(Load().IsTrusted(Some.Node(1)));
        known.Trust(Some.Node(1), "boat");
        Assert.False(Load().IsBlocked(Some.Node(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"nodes\":[null]}")]
    [InlineData("{\"nodes\":[{\"node\":\"x\"}]}")]
    public void Nobody_is_trusted_by_a_damaged_file(string text)
    {
        File.WriteAllText(_home.File("known.json"), text);

        Assert.Empty(Load().All);

        Assert.Equal(text, File.ReadAllText(_home.File("known.json.damaged")));
    }

    [Fact]
    public void Only_its_owner_can_read_the_file()
    {
        if (OperatingSystem.IsWindows()) return;
        Load().Trust(Some.Node(1), "boat");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.File("known.json")));
    }

    [Fact]
    public void What_cannot_be_kept_is_not_decided()
    {
        var known = Load();
        Directory.CreateDirectory(_home.File("known.json.new"));

        var failed = Assert.Throws<FerryException>(() => known.Trust(Some.Node(1), "boat"));

        Assert.Contains("known.json", failed.Message, StringComparison.Ordinal);
        Assert.False(known.IsTrusted(Some.Node(1)));
    }

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    private KnownNodes Load() => KnownNodes.Load(_home, new TestClock(), NullLogger.Instance);
}
