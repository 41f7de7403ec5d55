using System.Text.Json;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

/// <summary>Scripts read these lines: a change here is a change of the contract (docs/commands.md).</summary>
public sealed class JsonTests
{
    private static readonly string Id = Samples.ContentId;
    private static readonly string Node = Samples.NodeId;

    [Fact]
    public async Task Request_tells_its_events()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add(
        [
            new RequestEvent.Found(
                new SearchHitInfo("song.flac", 2_000, Id, HitMatch.Exact, [new HolderInfo(Node, 3, true)])),
            Samples.Started,
            new RequestEvent.Progress(
                500, 2_000, 86.5, null, TransferPhase.Running, [new SourceInfo(Node, 3, "tcp", 500)]),
            new RequestEvent.Paused("the disk is full"),
            Samples.Completed,
        ]);

        await terminal.RunAsync("request", "song.flac", "--json");

        Assert.Equal(
        [
            OneLine($$"""
                {"event":"found","name":"song.flac","size":2000,"contentId":"{{Id}}","kind":"file",
                "match":"exact",
                "holders":[{"node":"{{Node}}","hops":3,"complete":true}]}
                """),
            OneLine($$"""
                {"event":"started","name":"song.flac","size":2000,"contentId":"{{Id}}",
                "transfer":"{{Id}}"}
                """),
            OneLine($$"""
                {"event":"progress","bytes":500,"size":2000,"rate":86.5,"etaSeconds":null,"state":"running",
                "sources":[{"node":"{{Node}}","hops":3,"transport":"tcp","bytes":500}]}
                """),
            """{"event":"paused","reason":"the disk is full"}""",
            OneLine($$"""
                {"event":"completed","path":"/data/boat/.ferry/downloads/song.flac","bytes":2000,
                "contentId":"{{Id}}","seconds":0.5,"received":2000,"resent":0,"sources":[{"node":"{{Node}}","hops":3,
                "transport":"tcp","bytes":2000}],"alreadyThere":false,"match":"exact"}
                """),
        ], terminal.Lines);
    }

    [Fact]
    public async Task Failed_and_ambiguous_requests_are_events_too()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([new RequestEvent.Failed(FailureKind.NothingFound, "nobody has x")]);
        terminal.Node.Requests.Add([new RequestEvent.Ambiguous([Samples.Hit("x")])]);

        terminal.Node.Requests.Add(
            [new RequestEvent.Failed(FailureKind.NothingFound, "nobody has x") { Choices = [Samples.Hit("y")] }]);

        for (var i = 0; i < 3; i++) await terminal.RunAsync("request", "x", "--json");

        Assert.Equal("""{"event":"failed","kind":"nothingFound","reason":"nobody has x"}""", terminal.Lines[0]);
        Assert.StartsWith(
            """{"event":"ambiguous","choices":[{"name":"x","size":1400000000,""", terminal.Lines[1],
            StringComparison.Ordinal);
        Assert.StartsWith(
            """{"event":"failed","kind":"nothingFound","reason":"nobody has x","choices":[{"name":"y",""",
            terminal.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_are_an_object_a_line()
    {
        using var terminal = new Terminal();
        terminal.Node.Files.Add(new FileInfoLine("/data/a", "a", 5, FileState.Ready, Id, FileOrigin.Shared, null));
        terminal.Node.Files.Add(new FileInfoLine("/data/b", "b", 6, FileState.Hashing, null, FileOrigin.Shared, null));
        terminal.Node.Peers.Add(new PeerInfo(Node, "boat", PeerState.Connected,
            [new LinkInfo("tcp", "10.0.0.1:4747", true, 1000, 0.4, 2, LinkUse.Bulk)]));
        terminal.Node.Routes.Add(new RouteInfo(Node, Node, "boat", 1, 9.5, 9.5, "tcp", 2, true, "the only way known"));
        terminal.Node.Transfers.Add(Samples.Transfer);
        terminal.Node.Hits.Add(Samples.Hit("song.flac"));
        terminal.Node.Discovered.Add(new DiscoveredInfo("boat", "bluetooth://AA:BB:CC:DD:EE:FF/3", "bluetooth", -40));
        terminal.Node.Discovered.Add(
            new DiscoveredInfo("pier", "tcp://192.168.1.7:4747", "tcp", null) { Admits = NodeAdmits.Member });

        string[] lists = ["discover", "files", "peers", "routes", "transfers"];
        foreach (var list in lists) await terminal.RunAsync(list, "--json");
        await terminal.RunAsync("search", "song", "--json");

        Assert.Equal(
        [
            OneLine("""
                {"name":"boat","address":"bluetooth://AA:BB:CC:DD:EE:FF/3","transport":"bluetooth",
                "signalDbm":-40,"admits":null}
                """),
            OneLine("""
                {"name":"pier","address":"tcp://192.168.1.7:4747","transport":"tcp","signalDbm":null,
                "admits":"member"}
                """),
            OneLine($$"""
                {"path":"/data/a","name":"a","size":5,"state":"ready","contentId":"{{Id}}","origin":"shared",
                "reason":null,"kind":"file"}
                """),
            OneLine("""
                {"path":"/data/b","name":"b","size":6,"state":"hashing","contentId":null,"origin":"shared",
                "reason":null,"kind":"file"}
                """),
            OneLine($$"""
                {"node":"{{Node}}","nickname":"boat","state":"connected","links":[{"transport":"tcp",
                "address":"10.0.0.1:4747","dialed":true,"rate":1000,"roundTripMs":0.4,"ageSeconds":2,
                "role":"bulk"}],"fingerprint":"{{NodeFingerprint.Of(Node)}}",
                "role":null,"sharedKey":false,"waitsAt":null,"waitsSeconds":null}
                """),
            OneLine($$"""
                {"destination":"{{Node}}","nextHop":"{{Node}}","nextHopName":"boat","hops":1,"metricMs":9.5,
                "firstHopMs":9.5,"transport":"tcp","ageSeconds":2,"selected":true,"why":"the only way known"}
                """),
            OneLine($$"""
                {"transfer":"feedfacecafebeef0000","direction":"download","name":"song.flac",
                "contentId":"{{Id}}","peer":"{{Node}}","size":2000000000,"doneBytes":1400000000,
                "rate":86000000,"state":"running","wal":"open","sinceAckSeconds":null,
                "givenUpInSeconds":604800,"reason":null,
                "sources":[{"node":"{{Node}}","hops":3,"transport":"tcp","bytes":1400000000}],"leftBehind":null}
                """),
            OneLine($$"""
                {"event":"found","name":"song.flac","size":1400000000,"contentId":"{{Id}}","kind":"file",
                "match":"exact",
                "holders":[{"node":"{{Node}}","hops":1,"complete":true},{"node":"{{new string('b', 64)}}",
                "hops":3,"complete":false}]}
                """),
        ], terminal.Lines);
    }

    [Fact]
    public async Task Single_answers_are_one_line()
    {
        using var terminal = new Terminal();

        foreach (var words in new[] { "join 10.0.0.1", "leave", "share /data/maps", "unshare /data/maps", "status" })
        {
            await terminal.RunAsync([.. words.Split(' '), "--json"]);
        }

        Assert.Equal(
        [
            $$"""{"address":"tcp://10.0.0.1","node":"{{Node}}","nickname":"boat","transport":"tcp"}""",
            """{"done":"leave"}""",
            OneLine("""
                {"root":"/data/maps","files":3,"bytes":2000,"filesHashed":1,"bytesHashed":500,"unreadable":1,
                "leftOut":{"hidden":4,"links":1,"keys":2,"special":0,"partial":0,"excess":5},
                "troubles":["/data/x cannot be read."]}
                """),
            """{"done":"unshare"}""",
            OneLine($$"""
                {"node":"{{Node}}","nickname":"boat","home":"/data/boat/.ferry",
                "downloads":"/data/boat/.ferry/downloads","listening":["tcp://0.0.0.0:4747"],
                "addresses":["tcp://192.168.1.9:4747"],"warnings":[],
                "network":"open","peers":1,"routes":2,"transfersRunning":0,"transfersUnfinished":0,
                "shares":[{"root":"/data/maps","files":12,"bytes":1400000000,"filesHashed":12,
                "bytesHashed":1400000000,"unreadable":0,
                "leftOut":{"hidden":0,"links":0,"keys":0,"special":0,"partial":0,"excess":0},"troubles":[]
                }],"joined":["tcp://192.168.1.7:4747"],
                "uptimeSeconds":65,"version":"0.1.0","networkKey":null}
                """),
        ], terminal.Lines);
    }

    [Fact]
    public async Task Hostile_names_are_whole_in_json_and_harmless_to_a_terminal()
    {
        using var terminal = new Terminal();
        terminal.Node.Hits.Add(Samples.Hit(Samples.HostileName));

        await terminal.RunAsync("search", "x", "--json");

        Assert.All(terminal.Lines.Single(), character => Assert.InRange(character, ' ', '~'));
        using var line = JsonDocument.Parse(terminal.Lines.Single());
        Assert.Equal(Samples.HostileName, line.RootElement.GetProperty("name").GetString());
    }

    /// <summary>Objects are long, and lines of code are not.</summary>
    private static string OneLine(string json) => json.Replace("\n", "", StringComparison.Ordinal);
}
