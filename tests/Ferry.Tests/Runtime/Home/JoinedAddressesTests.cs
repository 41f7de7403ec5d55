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
        joined.Add("tcp://a:1");
        joined.Add("tcp://b:2");
        joined.Add("tcp://a:1");

        Assert.Equal(["tcp://a:1", "tcp://b:2"], Load().All);
    }

    [Fact]
    public void What_was_left_is_forgotten_after_a_restart()
    {
        var joined = Load();
        joined.Add("tcp://a:1");
        joined.Clear();

        Assert.Empty(Load().All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"addresses\":null}")]
    [InlineData("{\"addresses\":[1]}")]
    public void A_damaged_file_is_set_aside(string text)
    {
        File.WriteAllText(_home.File("joined.json"), text);

        Assert.Empty(Load().All);

        Assert.Equal(text, File.ReadAllText(_home.File("joined.json.damaged")));
        Load().Add("tcp://a:1");
        Assert.Equal(["tcp://a:1"], Load().All);
    }

    public void Dispose()
    {
        _home.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JoinedAddresses Load() => JoinedAddresses.Load(_home, NullLogger.Instance);
}
