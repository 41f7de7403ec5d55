using Ferry.App.Commands;
using Ferry.App.Control;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class CompletionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeNode _node = new();
    private readonly CommandTable _table = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sta", "status")]
    [InlineData("tr", "trust,transfers")]
    [InlineData("help ro", "routes")]
    [InlineData("request --f", "--first")]
    [InlineData("request --first --f", "")]
    [InlineData("node --share a --sh", "--share")]
    [InlineData("--op", "--open")]
    [InlineData("node --auto-link ", "on,off")]
    [InlineData("node --auto-link=of", "--auto-link=off")]
    [InlineData("--home x sta", "status")]
    [InlineData("bananas ", "")]
    [InlineData("status x", "")]
    [InlineData("invite --uses ", "")]
    [InlineData("request -- --f", "")]
    public async Task Commands_options_and_choices_come_from_the_table(string line, string words) =>
        Assert.Equal(words, await WordsAsync(line));

    [Fact]
    public async Task Every_command_that_is_not_hidden_is_offered_with_its_meaning()
    {
        var offered = await OfferedAsync("");

        Assert.Equal(_table.Commands.Where(command => !command.Hidden).Select(command => command.Name),
            offered.Select(candidate => candidate.Word));
        Assert.All(offered, candidate => Assert.NotEmpty(candidate.Meaning));
        Assert.DoesNotContain("--stop-with-input", await WordsAsync("node --s"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_are_offered_where_no_argument_is_due() =>
        Assert.StartsWith("--uses,--for,", await WordsAsync("invite "), StringComparison.Ordinal);

    [Fact]
    public async Task Files_and_folders_of_this_machine_are_offered_as_they_are_spelled()
    {
        _folder.Write("Maps/city map.png", "");
        _folder.Write("Map.txt", "");
        _folder.Write(".hidden", "");
        _folder.Write("-x", "");
        var root = _folder.Path;

        Assert.Equal($"{root}/Map.txt,{root}/Maps/", await WordsAsync($"share {root}/Ma"));
        Assert.Equal($"{root}/Maps/city map.png", await WordsAsync($"share one {root}/Maps/"));
        Assert.Equal($"{root}/.hidden", await WordsAsync($"share {root}/.h"));
        Assert.DoesNotContain(".hidden", await WordsAsync($"share {root}/"), StringComparison.Ordinal);
        Assert.Equal($"{root}/Maps/", await WordsAsync($"node --downloads {root}/M"));
        Assert.Equal($"--home={root}/Maps/", await WordsAsync($"status --home={root}/M"));
        Assert.Equal("", await WordsAsync($"share {root}/nothing/"));
        Assert.Equal("", await WordsAsync("share nul\0/"));
        Assert.False(Assert.Single(await OfferedAsync($"share {root}/Maps")).IsWhole);
    }

    [Fact]
    public async Task Nodes_are_offered_by_a_name_that_means_one()
    {
        var (anna, ben, twin) = (new string('1', 64), new string('2', 64), new string('3', 64));
        _node.Peers.Add(new PeerInfo(anna, "anna", PeerState.Connected, []));
        _node.Peers.Add(new PeerInfo(ben, "ben", PeerState.Connected, []));
        _node.Peers.Add(new PeerInfo(twin, "ben", PeerState.Connected, []));
        _node.Peers.Add(new PeerInfo(new string('4', 64), "e\e[2Jvil", PeerState.Connected, []));
        _node.Peers.Add(new PeerInfo("", "", PeerState.Away, []));

        Assert.Equal($"anna,{ShortId.Of(ben)},{ShortId.Of(twin)}", await WordsAsync("trust "));
        Assert.Equal("anna", await WordsAsync("block an"));
        Assert.Equal("tcp://192.168.1.7:4747", await WordsAsync("forget tcp"));
    }

    [Fact]
    public async Task Shares_and_transfers_are_asked_of_the_node()
    {
        _node.Transfers.Add(Samples.Transfer);

        Assert.Equal("/data/maps", await WordsAsync("unshare "));
        var transfer = Assert.Single(await OfferedAsync("cancel fe"));
        Assert.Equal(ShortId.Of(Samples.Transfer.Transfer), transfer.Word);
        Assert.Equal("download of song.flac, 70 %", transfer.Meaning);
    }

    [Fact]
    public async Task Names_of_the_last_search_and_the_last_discovery_are_offered_to_the_next_command()
    {
        using var terminal = new Terminal { Home = _folder.Path };
        terminal.Node.Hits.Add(Samples.Hit("two words.flac"));
        terminal.Node.Hits.Add(Samples.Hit("maps/city.png"));
        terminal.Node.Hits.Add(Samples.Hit(Samples.HostileName));
        terminal.Node.Discovered.Add(new DiscoveredInfo("boat", "tcp://10.0.0.2:4747", "tcp", null));
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("search", "flac"));
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("discover"));

        Assert.Equal("maps/city.png,two words.flac", await WordsAsync("request "));
        Assert.Equal("city.png", await WordsAsync("request c"));
        Assert.Equal("boat,tcp://10.0.0.2:4747,tcp://192.168.1.7:4747", await WordsAsync("join "));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["last-found"]));
    }

    [Fact]
    public async Task Names_for_completion_are_bounded()
    {
        LastNames.Found(_folder.Path).Replace(Enumerable.Range(0, 5_000).Select(number => $"name {number}"));

        Assert.Equal(LastNames.NamesMax, LastNames.Found(_folder.Path).All().Count);
        Assert.Equal(LastNames.NamesMax, (await OfferedAsync("request ")).Count);
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_keeps_no_search_from_its_result()
    {
        Directory.CreateDirectory(_folder["last-found"]);
        using var terminal = new Terminal { Home = _folder.Path };
        terminal.Node.Hits.Add(Samples.Hit("song.flac"));

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("search", "flac"));
        Assert.Equal("", await WordsAsync("request s"));
    }

    [Fact]
    public async Task Node_that_is_not_there_has_no_names()
    {
        _node.Failure = new NoNodeException("no node runs in this home: start it");

        Assert.Equal("", await WordsAsync("trust a"));
        Assert.Equal("", await WordsAsync("cancel a"));
    }

    private async Task<string> WordsAsync(string line) =>
        string.Join(',', (await OfferedAsync(line)).Select(candidate => candidate.Word));

    /// <param name="line">Its words have no blanks.</param>
    private Task<IReadOnlyList<Candidate>> OfferedAsync(string line) =>
        new Completions(_table, new ValueNames(_node, _folder.Path, _table, TimeProvider.System))
            .OfAsync(line.Split(' '), Cancel);
}
