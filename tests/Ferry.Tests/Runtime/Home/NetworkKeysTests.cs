using Ferry.Protocol.Values;
using Ferry.Runtime;
using Ferry.Runtime.Home;
using Ferry.Runtime.Seals;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Home;

public sealed class NetworkKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HomeFolder _home;

    public NetworkKeysTests() => _home = HomeFolder.Open(_folder["home"]);

    [Fact]
    public void Node_belongs_to_no_network_before_it_is_a_member()
    {
        Assert.Null(Load().Current);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Key_is_made_once_and_survives_a_restart_for_its_owner_alone()
    {
        var keys = Load();
        var made = keys.Ensure();

        Assert.Equal(made.Key, keys.Ensure().Key);
        Assert.Equal(made.Key, Load().Current?.Key);
        Assert.NotEqual(made.Key, NetworkSecret.New().Key);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void Of_two_keys_both_sides_take_the_same_one_and_understand_the_other()
    {
        var (one, other) = (Load(), Load("other"));
        var (its, theirs) = (one.Ensure(), other.Ensure());

        Assert.NotEqual(one.Hear(theirs.Key), other.Hear(its.Key));

        Assert.Equal(one.Current?.Key, other.Current?.Key);
        foreach (var key in (NetworkSecret[])[its, theirs])
        {
            Assert.Equal(key.Key, one.Find(key.Tag)?.Key);
            Assert.Equal(key.Key, other.Find(key.Tag)?.Key);
        }
    }

    [Fact]
    public void Any_order_of_the_same_keys_comes_to_the_same_one()
    {
        var all = Enumerable.Range(0, 30).Select(_ => NetworkSecret.New()).ToList();
        var (one, other) = (Load(), Load("other"));
        foreach (var key in all) one.Hear(key.Key);
        foreach (var key in all.AsEnumerable().Reverse()) other.Hear(key.Key);
        Assert.Equal(one.Current?.Key, other.Current?.Key);
    }

    [Fact]
    public void Keys_that_were_current_are_understood_after_a_restart_as_many_as_are_kept()
    {
        var keys = Load();
        var taken = new List<NetworkSecret>();
        while (taken.Count < NetworkKeys.EarlierMax + 3)
        {
            var key = NetworkSecret.New();
            if (keys.Hear(key.Key)) taken.Add(key);
        }

        var again = Load();

        Assert.Equal(taken[^1].Key, again.Current?.Key);
        Assert.All(taken.TakeLast(NetworkKeys.EarlierMax + 1), key => Assert.NotNull(again.Find(key.Tag)));
        Assert.Null(again.Find(taken[0].Tag));
        Assert.False(again.Hear(taken[^2].Key));
    }

    [Fact]
    public void Key_that_cannot_be_kept_is_not_used_and_only_understood()
    {
        var keys = Load();
        NetworkSecret first = keys.Ensure(), smaller;
        do smaller = NetworkSecret.New();
        while (!smaller.ComesBefore(first));
        Directory.CreateDirectory(Path + ".new");

        Assert.Throws<FerryException>(() => keys.Hear(smaller.Key));

        Assert.Equal(first.Key, keys.Current?.Key);
        Assert.NotNull(keys.Find(smaller.Tag));
        Assert.Null(Load().Find(smaller.Tag));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"keys":[null]}""")]
    [InlineData("""{"keys":["AAAA"]}""")]
    public void Damaged_file_is_set_aside(string text)
    {
        File.WriteAllText(Path, text);
        Assert.Null(Load().Current);
        Assert.True(File.Exists(Path + ".damaged"));
    }

    [Fact]
    public void Fingerprint_is_the_derived_tag_and_no_part_of_the_key()
    {
        var key = new NetworkSecret(Bytes32.From(Enumerable.Repeat((byte)0x4E, 32).ToArray()));
        Assert.Equal("1d9ba-2d4e8", key.Fingerprint);
        Assert.DoesNotContain("4e4e", $"{key.Tag:x16}", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    private string Path => _home.File("network.json");

    private NetworkKeys Load() => NetworkKeys.Load(_home, NullLogger.Instance);

    private NetworkKeys Load(string name)
    {
        using var home = HomeFolder.Open(_folder[name]);
        return NetworkKeys.Load(home, NullLogger.Instance);
    }
}
