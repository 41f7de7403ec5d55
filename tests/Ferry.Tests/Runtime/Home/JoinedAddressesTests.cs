using Ferry.Runtime.Home;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Home;

public sealed class JoinedAddressesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ferry-test-").FullName;
    private readonly HomeFolder _home;

    public JoinedAddressesTests() => _home = HomeFolder.Open(_folder);

    [Fact]
    public void What_was_joined_is_known_after_a_restart()
    {
        var joined = Load();
        joined.Add("tcp://a:1", Some.Node(1));
        joined.Add("tcp://b:2", Some.Node(1));
        joined.Add("tcp://a:1", Some.Node(1));

        Assert.Equal(["tcp://a:1", "tcp://b:2"], Load().All);
    }

    [Fact]
    public void What_was_left_is_forgotten_after_a_restart()
    {
        var joined = Load();
        joined.Add("tcp://a:1", Some.Node(1));
        joined.Clear();

        Assert.Empty(Load().All);
    }

    [Fact]
    public void Who_answered_is_known_after_a_restart_and_after_leaving()
    {
        var joined = Load();
        joined.Add("tcp://a:1", Some.Node(1));
        joined.Clear();

        Assert.Equal(Some.Node(1), Load().PinOf("tcp://a:1"));
        Assert.True(Load().IsPinned(Some.Node(1)));
        Assert.True(Load().Remove("tcp://a:1"));
        Assert.Null(Load().PinOf("tcp://a:1"));
    }

    [Fact]
    public void Pins_of_long_ago_make_room_for_addresses()
    {
        var entries = Enumerable.Range(0, JoinedAddresses.AddressesMax).Select(n =>
            $$"""{"address":"tcp://p:{{n}}","node":"{{Some.Node(1)}}","kept":{{(n == 0 ? "true" : "false")}}}""");
        File.WriteAllText(_home.File("joined.json"), $$"""{"addresses":[{{string.Join(',', entries)}}]}""");
        var joined = Load();

        joined.Add("tcp://a:1", Some.Node(2));

        Assert.Equal(["tcp://p:0", "tcp://a:1"], joined.All);
        Assert.Null(joined.PinOf("tcp://p:1"));
        Assert.NotNull(joined.PinOf("tcp://p:2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"addresses\":null}")]
    [InlineData("{\"addresses\":[1]}")]
    [InlineData("{\"addresses\":[null]}")]
    [InlineData("{\"addresses\":[{\"address\":null,\"node\":null,\"kept\":true}]}")]
    public void A_damaged_file_is_set_aside(string text)
    {
        File.WriteAllText(_home.File("joined.json"), text);

        Assert.Empty(Load().All);

        Assert.Equal(text, File.ReadAllText(_home.File("joined.json.damaged")));
        Load().Add("tcp://a:1", Some.Node(1));
        Assert.Equal(["tcp://a:1"], Load().All);
    }

    public void Dispose()
    {
        _home.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JoinedAddresses Load() => JoinedAddresses.Load(_home, NullLogger.Instance);
}
