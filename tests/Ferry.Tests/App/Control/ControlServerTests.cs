using System.Net.Sockets;
using System.Text;
using Ferry.App.Control;
using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.App.Control;

/// <summary>Over a real socket, with a node that is not.</summary>
public sealed class ControlServerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private readonly FakeNode _node = new();
    private ControlServer _server = null!;
    private ControlClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ControlServer.StartAsync(_node, _home.Path, TimeProvider.System, Cancel);
        _client = new ControlClient(_home.Path, "ferry node", TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Every_question_reaches_the_node_and_its_answer_comes_back()
    {
        _node.Files.Add(new FileInfoLine("/data/ä", "ä", 5, FileState.Ready, null, FileOrigin.Shared, null));
        _node.Peers.Add(new PeerInfo(Samples.NodeId, "boat", PeerState.Away, []));
        _node.Routes.Add(
            new RouteInfo(Samples.NodeId, Samples.NodeId, "boat", 1, 9.5, 9.5, "tcp", 2, true, "the only way known"));
        _node.Transfers.Add(Samples.Transfer);

        Assert.Equal("tcp://10.0.0.1", (await _client.JoinAsync("10.0.0.1", Cancel)).Address);
        await _client.LeaveAsync(Cancel);
        Assert.Equal(Samples.Invite.Ticket, (await _client.InviteAsync(new InviteOptions(3, 600), Cancel)).Ticket);
        Assert.Equal(NodeStanding.Trusted, (await _client.AdmitAsync("boat", Cancel)).Standing);
        Assert.Equal(NodeStanding.Trusted, (await _client.TrustAsync("boat", Cancel)).Standing);
        Assert.Equal(NodeStanding.Blocked, (await _client.BlockAsync("boat", Cancel)).Standing);
        Assert.Equal(NodeStanding.Stranger, (await _client.ForgetAsync("boat", Cancel)).Standing);
        Assert.Equal("/data", (await _client.ShareAsync("/data", hidden: false, Cancel)).Root);
        await _client.UnshareAsync("/data", Cancel);
        Assert.Equal(_node.Files, await _client.FilesAsync(Cancel).ToListAsync(Cancel));
        Assert.Equal("boat", Assert.Single(await _client.PeersAsync(Cancel)).Nickname);
        Assert.Equal(_node.Routes, await _client.RoutesAsync(Cancel));
        Assert.Equal(Samples.Transfer.Transfer, Assert.Single(await _client.TransfersAsync(Cancel)).Transfer);
        Assert.Equal(_node.Status.Home, (await _client.StatusAsync(Cancel)).Home);
        Assert.Equal("song.flac", Assert.Single(await _client.CancelAsync("feed", Cancel)).Name);
        Assert.Single(await _client.PauseAsync("feed", Cancel));
        Assert.Single(await _client.ResumeAsync(null, Cancel));
        var asked = new DiagnoseOptions { Output = "/tmp/x", WithNames = true };
        Assert.Equal(Samples.Diagnosis, await _client.DiagnoseAsync(asked, Cancel));
        Assert.Equal(
            ["join 10.0.0.1", "leave", "invite 3 600", "admit boat", "trust boat", "block boat", "forget boat",
                "share /data", "unshare /data", "files", "peers", "routes", "transfers", "status", "cancel feed",
                "pause feed", "resume all", "diagnose /tmp/x True"],
            _node.Asked);
    }

    [Theory]
    [InlineData(FailureKind.Failed)]
    [InlineData(FailureKind.Usage)]
    [InlineData(FailureKind.NothingFound)]
    [InlineData(FailureKind.Refused)]
    public async Task Failure_keeps_its_kind_and_words(FailureKind kind)
    {
        _node.Failure = new FerryException(kind, "„x“ is not shared");

        var failure = await Assert.ThrowsAsync<FerryException>(() => _client.UnshareAsync("x", Cancel));

        Assert.Equal((kind, "„x“ is not shared"), (failure.Kind, failure.Message));
    }

    [Fact]
    public async Task Events_arrive_while_the_request_goes_on()
    {
        _node.Requests.Add([Samples.Started]);
        _node.KeepsStreaming = true;

        await using var events = _client
            .RequestAsync(new RequestOptions("song", "/in", First: true), Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(Samples.Started, events.Current);
        Assert.Equal(["request song /in True"], _node.Asked);
    }

    [Fact]
    public async Task Files_arrive_while_others_are_to_come()
    {
        _node.Files.Add(new FileInfoLine("/data/a", "a", 5, FileState.Ready, null, FileOrigin.Shared, null));
        _node.KeepsStreaming = true;

        await foreach (var file in _client.FilesAsync(Cancel))
        {
            Assert.Equal("/data/a", file.Path);
            break;
        }

        await _node.StreamCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Client_that_goes_away_ends_the_telling()
    {
        _node.Requests.Add([Samples.Started]);
        _node.KeepsStreaming = true;

        await foreach (var _ in _client.RequestAsync(new RequestOptions("song", null, First: false), Cancel)) break;

        await _node.StreamCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Failure_in_the_middle_of_a_stream_arrives_as_one()
    {
        _node.Hits.Add(Samples.Hit("a"));
        _node.StreamFailure = new FerryException(FailureKind.Refused, "the neighbour is full");
        var names = new List<string>();

        var failure = await Assert.ThrowsAsync<FerryException>(async () =>
        {
            await foreach (var told in _client.SearchAsync("a", isPublic: false, Cancel))
                names.Add(Assert.IsType<RequestEvent.Found>(told).Name);
        });

        Assert.Equal(["a"], names);
        Assert.Equal(FailureKind.Refused, failure.Kind);
    }

    [Fact]
    public async Task Node_that_stops_in_the_middle_of_a_request_is_said_to_be_gone()
    {
        _node.Requests.Add([Samples.Started]);
        _node.KeepsStreaming = true;
        await using var events = _client
            .RequestAsync(new RequestOptions("song", null, First: false), Cancel).GetAsyncEnumerator(Cancel);
        await events.MoveNextAsync();

        await _server.DisposeAsync();

        await Assert.ThrowsAsync<NoNodeException>(async () => await events.MoveNextAsync());
    }

    [Fact]
    public void Only_the_owner_may_open_the_socket()
    {
        if (OperatingSystem.IsWindows()) return;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home["control.sock"]));
    }

    [Fact]
    public void Socket_of_a_node_that_answers_is_left_alone_even_without_its_lock()
    {
        var failure = Assert.Throws<FerryException>(() => ControlSocket.Open(_home.Path));

        Assert.Equal(NodeHome.AlreadyRunning(_home.Path).Message, failure.Message);
        Assert.True(File.Exists(_home["control.sock"]));
    }

    [Fact]
    public async Task Socket_that_somebody_removed_is_made_again()
    {
        File.Delete(_home["control.sock"]);

        await Eventually.TrueAsync("the socket to be made again", () => File.Exists(_home["control.sock"]));

        Assert.Equal(_node.Status.Home, (await _client.StatusAsync(Cancel)).Home);
    }

    [Fact]
    public async Task Many_clients_at_once_are_all_answered()
    {
        _node.Requests.AddRange(Enumerable.Repeat<RequestEvent[]>([Samples.Started], 100));
        _node.KeepsStreaming = true;
        var streams = new List<IAsyncEnumerator<RequestEvent>>();
        for (var i = 0; i < 100; i++)
        {
            var options = new RequestOptions("song", null, First: false);
            streams.Add(_client.RequestAsync(options, Cancel).GetAsyncEnumerator(Cancel));
        }
        var first = await Task.WhenAll(streams.Select(stream => stream.MoveNextAsync().AsTask()));
        Assert.All(first, hasEvent => Assert.True(hasEvent));

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _client.StatusAsync(Cancel)));

        Assert.All(answers, status => Assert.Equal(_node.Status.Home, status.Home));
        foreach (var stream in streams) await stream.DisposeAsync();
    }

    [Theory]
    [InlineData("POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "400")]
    [InlineData("POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nnull", "400")]
    [InlineData("POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{\"a\"\"", "400")]
    [InlineData("POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "400")]
    [InlineData("POST /format-disk HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "404")]
    [InlineData("GET /status HTTP/1.1\r\nHost: x\r\n\r\n", "405")]
    public async Task Bad_requests_are_refused_with_a_status(string request, string status)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_home["control.sock"]), Cancel);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);

        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, Cancel);

        Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.ASCII.GetString(buffer, 0, received),
            StringComparison.Ordinal);
        Assert.Empty(_node.Asked);
    }
}
