using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Routing;
using Ferry.Protocol.Search;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol;

public sealed class EngineTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Peer = Some.Node(2);

    private readonly Outbox _outbox = new();
    private readonly Engine _engine = new(
        Some.Options(Self), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty);

    public EngineTests() => _engine.Start(Some.At(0), _outbox);

    [Fact]
    public void New_link_hears_how_to_reach_this_node()
    {
        LinkUp(2, Peer);
        var (link, reply) = Assert.Single(_outbox.Sent<RouteReply>());
        Assert.Equal((Some.Link(2), Self, Peer), (link, reply.Envelope.Source, reply.Envelope.Destination));
    }

    [Fact]
    public void Neighbour_that_speaks_is_reachable_until_it_leaves()
    {
        LinkUp(2, Peer);
        Receive(2, Hello(Peer));
        Assert.Equal(Peer, Assert.Single(_engine.Routes(Some.At(0))).Destination);
        _outbox.Clear();
        Receive(2, new Leave(LeaveReason.ShuttingDown));
        Assert.Equal(Some.Link(2), Assert.Single(_outbox.Effects<Effect.CloseLink>()).Link);
        Assert.Empty(_engine.Routes(Some.At(0)));
        Assert.Empty(_engine.Neighbours(Some.At(0)));
    }

    [Fact]
    public void Others_hear_of_whom_a_lost_link_takes_along()
    {
        LinkUp(2, Peer);
        LinkUp(3, Some.Node(3));
        Receive(2, Hello(Peer));
        Receive(2, new RouteReply(Some.Heard(Some.Node(9), 4, 100, to: Self), default));
        _outbox.Clear();
        Handle(new Input.LinkDown(Some.Link(2), "gone"));
        var (link, withdrawal) = Assert.Single(_outbox.Sent<RouteWithdrawal>());
        Assert.Equal(Some.Link(3), link);
        Assert.Equal([Peer, Some.Node(9)], withdrawal.Unreachable);
    }

    [Fact]
    public void Manifest_requests_of_one_source_and_of_one_neighbour_are_bounded_and_linking_again_does_not_help()
    {
        LinkUp(2, Peer);
        for (var i = 0; i < 5000; i++) Ask(Some.Node(50));
        Assert.Equal(Allowance.ManifestsOfSource.Burst, _outbox.Stores<StorageRequest.ReadManifest>().Count);
        for (var i = 0; i < 5000; i++) Ask(Some.Node(100 + i));
        Assert.Equal(Allowance.ManifestsOfNeighbour.Burst, _outbox.Stores<StorageRequest.ReadManifest>().Count);
        Handle(new Input.LinkDown(Some.Link(2), "gone"));
        LinkUp(2, Peer);
        Ask(Some.Node(50));
        Assert.Equal(Allowance.ManifestsOfNeighbour.Burst, _outbox.Stores<StorageRequest.ReadManifest>().Count);

        void Ask(NodeId source) =>
            Receive(2, new ManifestRequest(Some.Heard(source, 1, 10, to: Self), Some.Content(1).Id, 0));
    }

    [Fact]
    public void Floods_beyond_a_neighbours_allowance_teach_no_routes_and_keep_no_known_source_out()
    {
        LinkUp(2, Peer);
        LinkUp(3, Some.Node(3));
        Receive(2, new RouteReply(Some.Heard(Some.Node(50), 1, 10, to: Self), default));
        for (var i = 0; i < 5000; i++) Receive(2, SearchOf(Some.Node(1000 + i), i));
        Assert.Equal(FloodBudget.OfStrangers.Burst + 1, _engine.Routes(Some.At(0)).Count);
        _outbox.Clear();
        Receive(2, SearchOf(Some.Node(50), 9000));
        Receive(2, SearchOf(Peer, 9001));
        Assert.Equal(2, _outbox.Sent<SearchReport>().Count);
        Receive(3, SearchOf(Some.Node(3), 9002));
        Assert.Single(_outbox.Sent<FileSearch>());
    }

    [Fact]
    public void Neighbour_stays_reachable_however_many_nodes_others_invent()
    {
        LinkUp(2, Peer);
        Receive(2, Hello(Peer));
        LinkUp(3, Some.Node(3));
        for (var i = 0; i < 3 * RoutingTable.DestinationsMax; i++)
        {
            var (at, source) = (Some.At(i * 0.01), Some.Node(1000 + i));
            var made = new RouteReply(Some.Heard(source, 1, 10, to: Self), default);
            _engine.Handle(at, new Input.Received(Some.Link(2), made, Body: null), _outbox);
            _outbox.Clear();
        }
        Assert.Contains(_engine.Routes(Some.At(300)), route => route.Destination == Peer);
        Assert.InRange(_engine.Routes(Some.At(300)).Count, 2, RoutingTable.DestinationsMax);
    }

    private static FileSearch SearchOf(NodeId source, int number) =>
        new(Some.Heard(source, 1, 10), Some.Query(number), "song", null, Report: true);

    [Fact]
    public void Heartbeat_is_answered_with_its_number()
    {
        LinkUp(2, Peer);
        Receive(2, new Heartbeat(77));
        Assert.Equal(77UL, Assert.Single(_outbox.Sent<HeartbeatReply>()).Message.Number);
    }

    [Fact]
    public void Message_of_an_unknown_link_teaches_nothing_and_its_body_is_dropped()
    {
        var body = new BytesPayload(1016);
        Handle(new Input.Received(Some.Link(66), Piece(Self), body));
        Receive(66, Hello(Peer));
        Assert.Same(body, Assert.IsType<Effect.Drop>(Assert.Single(_outbox.Effects)).Body);
        Assert.Empty(_engine.Routes(Some.At(0)));
    }

    [Fact]
    public void Own_message_that_comes_back_goes_no_further_and_its_body_is_dropped()
    {
        LinkUp(2, Peer);
        LinkUp(3, Some.Node(3));
        Receive(3, Hello(Some.Node(3)));
        _outbox.Clear();
        var body = new BytesPayload(1016);
        var own = Piece(Some.Node(3)) with { Envelope = Some.Heard(Self, 5, 100, to: Some.Node(3)) };
        Handle(new Input.Received(Some.Link(2), own, body));
        Receive(2, new FileSearch(Some.Heard(Self, 5, 100), Some.Query(1), "song", null, Report: true));
        Assert.Same(body, Assert.IsType<Effect.Drop>(Assert.Single(_outbox.Effects)).Body);
    }

    [Fact]
    public void Piece_to_everybody_is_dropped_once()
    {
        LinkUp(2, Peer);
        _outbox.Clear();
        var body = new BytesPayload(1016);
        Handle(new Input.Received(Some.Link(2), Piece(default), body));
        Assert.Same(body, Assert.IsType<Effect.Drop>(Assert.Single(_outbox.Effects)).Body);
    }

    [Fact]
    public void Floods_beyond_what_a_neighbour_may_send_are_not_passed_on()
    {
        LinkUp(2, Peer);
        LinkUp(3, Some.Node(3));
        for (var query = 0; query < 300; query++)
            Receive(2, new FileSearch(Some.From(Peer, default), Some.Query(query), "song", null, Report: true));
        Assert.Equal(SeenFloods.PassedOn.Burst / 2, _outbox.Sent<FileSearch>().Count);
        Assert.Equal(FloodSearch.WorkMax / 2, _outbox.Stores<StorageRequest.MatchShares>().Count);
    }

    [Fact]
    public void New_link_sees_the_route_requests_of_the_last_half_minute()
    {
        LinkUp(2, Peer);
        Receive(2, new RouteRequest(Some.From(Peer, default), Some.Query(4), Some.Node(9), 0));
        LinkUp(3, Some.Node(3));
        var (link, request) = Assert.Single(_outbox.Sent<RouteRequest>());
        Assert.Equal((Some.Link(3), Some.Node(9), Peer), (link, request.Wanted, request.Envelope.Source));
    }

    [Fact]
    public void Leaving_the_network_closes_all_links()
    {
        LinkUp(2, Peer);
        LinkUp(3, Some.Node(3));
        Handle(new Input.LeaveNetwork(LeaveReason.LeftNetwork));
        Assert.Equal(2, _outbox.Effects<Effect.CloseLink>().Count);
    }

    [Fact]
    public void Silent_neighbour_takes_its_routes_along()
    {
        LinkUp(2, Peer);
        Receive(2, Hello(Peer));
        // A few heartbeats, and its end.
        for (var deadline = 0; deadline < 10 && _engine.Neighbours(Some.At(0)).Count > 0; deadline++)
            _engine.Handle(_engine.NextDeadline, new Input.Tick(), _outbox);
        Assert.Empty(_engine.Neighbours(Some.At(0)));
        Assert.Empty(_engine.Routes(Some.At(0)));
        Assert.Single(_outbox.Effects<Effect.CloseLink>());
    }

    /// <summary>No deadline has to come for it, and no tick.</summary>
    [Fact]
    public void Ack_that_is_due_leaves_with_the_chunk_that_made_it_due()
    {
        LinkUp(2, Peer);
        Receive(2, Hello(Peer));
        var file = Some.Content(200);
        Handle(new Input.StartDownload(file.Id, "song.flac", 0, [new KnownHolder(Peer, [])], null));
        Receive(2, new ManifestPart(Some.From(Peer, Self), file.Id, file.Layout.ContentBytes, 0, file.Leaves));
        Handle(new Input.Stored(new StorageResult.DownloadOpened(file.Id, new ChunkMap(200), "song.part")));
        var session = Assert.Single(_outbox.Sent<TransferRequest>()).Message.Transfer;
        Receive(2, new TransferAccept(Some.From(Peer, Self), session, new byte[] { 2 }));
        var asked = _outbox.Sent<TransferRequest>().SelectMany(sent => sent.Message.Wanted)
            .SelectMany(range => Enumerable.Range(range.First, range.Count)).ToList();
        _outbox.Clear();
        // All of the window is durable: nothing else will come before the ACK.
        Handle(new Input.Stored(new StorageResult.ChunksDurable(file.Id, asked)));
        Assert.Equal(asked.Count, Assert.Single(_outbox.Sent<Ack>()).Message.Cumulative);
        Assert.True(_engine.NextDeadline > Some.At(0));
    }

    [Fact]
    public void Piece_that_could_not_be_read_gives_the_link_its_room_back()
    {
        LinkUp(2, Peer);
        Receive(2, Hello(Peer));
        var file = Some.Content(1);
        var request = new TransferRequest(
            Some.From(Peer, Self), Some.Transfer(1), file.Id, [new(0, 1)], 1 << 20, 65_536, Again: false,
            new byte[] { 1 });
        Receive(2, request);
        Receive(2, Some.Channel().Prove(request with { KeyOffer = default }));
        Handle(new Input.Stored(new StorageResult.UploadOpened(Some.Transfer(1), "song.flac", file.Layout)));
        var piece = Assert.Single(_outbox.Effects<Effect.SendPiece>());
        _outbox.Clear();
        // Too much waits for the disk: a piece is lost, and not the upload.
        Handle(new Input.Stored(new StorageResult.PieceNotRead(
            Some.Transfer(1), piece.Link, piece.Head.BodyBytes, RefusalReason.Busy)));
        Assert.Empty(_outbox.Sent<Refusal>());
        Assert.Single(_engine.Uploads(Some.At(0)));
        Handle(new Input.Stored(new StorageResult.PieceNotRead(
            Some.Transfer(1), piece.Link, piece.Head.BodyBytes, RefusalReason.SourceUnreadable)));
        Assert.Equal(RefusalReason.SourceUnreadable, Assert.Single(_outbox.Sent<Refusal>()).Message.Reason);
        Assert.Single(_outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Empty(_engine.Uploads(Some.At(0)));
    }

    private static RouteReply Hello(NodeId peer) => new(Some.From(peer, Self), default);

    private static FileTransfer Piece(NodeId to) => new(Some.From(Peer, to), Some.Transfer(9), 0, 1, 0, 1016);

    private void LinkUp(int link, NodeId peer) => Handle(Some.LinkUp(link, peer));

    private void Receive(int link, Message message) => Handle(new Input.Received(Some.Link(link), message, Body: null));

    private void Handle(Input input) => _engine.Handle(Some.At(0), input, _outbox);
}
