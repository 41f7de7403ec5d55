using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class LaneSetTests
{
    private const int Chunk = ChunkLayout.ChunkBytesMin;
    private static readonly NodeId Left = Some.Node(1);
    private static readonly NodeId Right = Some.Node(2);
    private static readonly Manifest File = Some.Content(20);

    private readonly Outbox _outbox = new();
    private readonly PlainSeals _seals = new();
    private readonly ChunkMap _durable = new(20);
    private readonly Deadlines _deadlines = new();
    private readonly DownloadContext _context;
    private readonly LaneSet _lanes;

    /// <summary>Paths so slow that a window is two chunks until something is measured.</summary>
    public LaneSetTests() => _lanes = new LaneSet(File, _durable, _context = new DownloadContext(
        Some.Options(Some.Node(9)), _seals, new PlainNetwork(), Some.Chance(3), _deadlines, Some.Ids,
        _ => new NodePath(Some.Node(1), 1, uint.MaxValue, "tcp")));

    [Fact]
    public void Lane_opens_with_a_key_offer_and_no_chunks()
    {
        var lane = Open(Left, accept: false);
        var request = Assert.Single(_outbox.Routed<TransferRequest>());
        Assert.Equal((Left, lane.Transfer, false), (request.Envelope.Destination, request.Transfer, request.Again));
        Assert.Empty(request.Wanted);
        Assert.False(request.KeyOffer.IsEmpty);
        Assert.Equal((2 * Chunk, 8 * 1024), (request.WindowBytes, request.PieceBytes));
        _lanes.Deal(Some.At(0), _outbox);
        Assert.Single(_outbox.Routed);
    }

    [Fact]
    public void Open_lane_is_dealt_what_its_window_takes()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        var request = Assert.Single(_outbox.Routed<TransferRequest>());
        Assert.Equal([new ChunkRange(0, 2)], request.Wanted);
        Assert.True(request.KeyOffer.IsEmpty);
        Assert.Equal(2L * Chunk, lane.OutstandingBytes);
        _lanes.Deal(Some.At(0), _outbox);
        Assert.Single(_outbox.Routed);
    }

    [Fact]
    public void No_chunk_is_dealt_to_two_lanes()
    {
        var (left, right) = (Open(Left), Open(Right));
        _lanes.Deal(Some.At(0), _outbox);
        Assert.Equal(4, left.Outstanding.Concat(right.Outstanding).Distinct().Count());
    }

    [Fact]
    public void Durable_chunks_are_acked_at_once_when_they_are_a_quarter_of_the_window()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        _outbox.Empty();
        BecomeDurable(Some.At(1), 0);
        Assert.Equal(Some.At(1), lane.AckDue.At);
        _lanes.Acknowledge(lane, _outbox);
        var ack = Assert.Single(_outbox.Routed<Ack>());
        Assert.Equal((lane.Transfer, 1, 2L * Chunk), (ack.Transfer, ack.Cumulative, ack.WindowBytes));
        Assert.Empty(ack.Ranges);
    }

    [Fact]
    public void Little_that_is_durable_is_acked_within_a_quarter_of_a_second()
    {
        var lane = Open(Left);
        lane.Window.OnReceived(Some.At(0.5), 400_000);
        _lanes.Deal(Some.At(0.5), _outbox);
        _outbox.Empty();
        BecomeDurable(Some.At(1), 0);
        Assert.Equal(Some.At(1.25), lane.AckDue.At);
    }

    [Fact]
    public void Pieces_without_a_whole_chunk_are_a_sign_of_life()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        _outbox.Empty();
        for (var second = 1; second <= 6; second++) _lanes.OnReceived(Some.At(second), lane, 1000);
        Assert.Equal((Some.At(6), true), (lane.AckDue.At, lane.OwesAck));
        _lanes.Acknowledge(lane, _outbox);
        Assert.False(lane.OwesAck);
        var ack = Assert.Single(_outbox.Routed<Ack>());
        Assert.Equal((0, 6000L), (ack.Cumulative, ack.ReceivedBytes));
    }

    [Fact]
    public void Ack_names_all_that_is_durable()
    {
        foreach (var chunk in new[] { 0, 1, 2, 5, 6, 9 }) _durable.Add(chunk);
        _lanes.Acknowledge(Open(Left), _outbox);
        var ack = Assert.Single(_outbox.Routed<Ack>());
        Assert.Equal(3, ack.Cumulative);
        Assert.Equal([new(5, 2), new(9, 1)], ack.Ranges);
    }

    [Fact]
    public void Silent_lane_is_asked_again_and_then_opened_anew()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        foreach (var at in new[] { 5, 15 })
        {
            _outbox.Empty();
            Assert.Equal(Some.At(at), _deadlines.Next);
            Assert.Same(lane.Stalled, _deadlines.TakeDue(Some.At(at)));
            Assert.True(_lanes.OnStalled(Some.At(at), lane, _outbox));
            var again = Assert.Single(_outbox.Routed<TransferRequest>());
            Assert.True(again.Again);
            Assert.Equal([new ChunkRange(0, 2)], again.Wanted);
        }
        Assert.Equal(Some.At(35), lane.Stalled.At);
        Assert.False(_lanes.OnStalled(Some.At(35), lane, _outbox));
    }

    /// <summary>The disk may take longer than a lane is patient: what this node has is not asked for again.</summary>
    [Fact]
    public void Chunks_that_are_with_storage_are_not_asked_for_again()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        _outbox.Empty();
        Bring(lane, 0);
        Assert.True(_lanes.OnStalled(Some.At(5), lane, _outbox));
        Assert.Equal([new ChunkRange(1, 1)], Assert.Single(_outbox.Routed<TransferRequest>()).Wanted);
        _outbox.Empty();

        Bring(lane, 1);
        var strikes = lane.Strikes;
        Assert.True(_lanes.OnStalled(Some.At(15), lane, _outbox));
        _lanes.OnPathLost(Some.At(15), Some.Node(1), _outbox);
        Assert.Empty(_outbox.Routed<TransferRequest>());
        Assert.Equal(strikes, lane.Strikes);
        _lanes.OnRouteFound(Some.At(16), lane, _outbox);
        Assert.Empty(Assert.Single(_outbox.Routed<TransferRequest>()).Wanted);
    }

    /// <summary>They count in the window still: a crash would lose them.</summary>
    [Fact]
    public void Chunks_that_are_with_storage_survive_their_lane()
    {
        Bring(OpenAndDeal(Left), 0, 1);
        _lanes.Close(Left);
        var anew = Open(Left);
        _lanes.Deal(Some.At(1), _outbox);
        Assert.Empty(anew.Outstanding);
        BecomeDurable(Some.At(2), 0);
        _lanes.Deal(Some.At(2), _outbox);
        Assert.Equal([2], anew.Outstanding);
        BecomeDurable(Some.At(3), 1);
        _lanes.Deal(Some.At(3), _outbox);
        Assert.Equal([2, 3], anew.Outstanding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Chunks_that_storage_had_no_room_for_are_owed_again(bool isClosedFirst)
    {
        var lane = OpenAndDeal(Left);
        Bring(lane, 0, 1);
        if (isClosedFirst)
        {
            _lanes.Close(Left);
            Open(Left);
        }
        _lanes.OnDropped(0, Some.Transfer(99));
        _lanes.OnDropped(1, lane.Transfer);
        _lanes.Deal(Some.At(1), _outbox);
        _lanes.OnRouteFound(Some.At(2), _lanes.Of(Left)!, _outbox);
        Assert.Equal([new ChunkRange(1, 1)], _outbox.Routed<TransferRequest>()[^1].Wanted);
    }

    [Fact]
    public void What_a_holder_brought_that_is_left_is_asked_for_from_others()
    {
        var lane = OpenAndDeal(Left);
        Bring(lane, 0, 1);
        _lanes.Discard(lane);
        Assert.Equal([0, 1], OpenAndDeal(Right).Outstanding.Order());
    }

    [Fact]
    public void Lane_without_an_accept_is_opened_anew_with_more_patience()
    {
        var lane = Open(Left, accept: false);
        Assert.Equal(Some.At(5), lane.Stalled.At);
        Assert.False(_lanes.OnStalled(Some.At(5), lane, _outbox));
        _lanes.Open(Some.At(5), Left, ChunkMap.Full(20), _outbox);
        Assert.Equal([lane.Transfer], _seals.Forgotten);
        var anew = _lanes.Of(Left)!;
        Assert.NotEqual(lane.Transfer, anew.Transfer);
        Assert.Equal(Some.At(15), anew.Stalled.At);
        Assert.Equal(1, _deadlines.Count);
    }

    [Fact]
    public void Patience_ends_at_a_minute()
    {
        var now = Some.At(0);
        for (var time = 0; time < 12; time++)
        {
            _lanes.Open(now, Left, ChunkMap.Full(20), _outbox);
            now = _deadlines.Next;
            Assert.False(_lanes.OnStalled(now, _lanes.Of(Left)!, _outbox));
        }
        _lanes.Open(now, Left, ChunkMap.Full(20), _outbox);
        Assert.Equal(now + Some.Seconds(60), _deadlines.Next);
    }

    [Fact]
    public void Lane_that_owes_nothing_is_not_asked_again()
    {
        var lane = Open(Left);
        Assert.True(_lanes.OnStalled(Some.At(5), lane, _outbox));
        Assert.Empty(_outbox.Routed);
        Assert.Equal(0, lane.Strikes);
    }

    [Fact]
    public void Chunks_of_an_unreachable_holder_go_to_the_others()
    {
        var (left, right) = (Open(Left), Open(Right));
        _lanes.Deal(Some.At(0), _outbox);
        var owed = left.Outstanding.ToList();
        _lanes.OnUnreachable(left);
        Assert.Empty(left.Outstanding);
        foreach (var chunk in right.Outstanding.ToList()) BecomeDurable(Some.At(1), chunk);
        _lanes.Deal(Some.At(1), _outbox);
        Assert.Equal(owed, right.Outstanding.Order());
        Assert.Empty(left.Outstanding);
    }

    [Fact]
    public void Only_holder_keeps_what_it_owes_and_is_asked_for_it_when_it_is_back()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        _lanes.OnUnreachable(lane);
        Assert.False(_lanes.AnyDelivers);
        Assert.True(_lanes.NeedsHolders);
        _outbox.Empty();
        _lanes.OnRouteFound(Some.At(2), lane, _outbox);
        var again = Assert.Single(_outbox.Routed<TransferRequest>());
        Assert.True(again.Again);
        Assert.Equal([new ChunkRange(0, 2)], again.Wanted);
    }

    [Fact]
    public void Closed_lane_gives_its_chunks_and_its_keys_back()
    {
        var left = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        var owed = left.Outstanding.ToList();
        Assert.Same(left, _context.Lanes[left.Transfer]);
        _lanes.Close(Left);
        Assert.Equal([left.Transfer], _seals.Forgotten);
        Assert.Empty(_context.Lanes);
        Assert.Equal(0, _deadlines.Count);
        var right = Open(Right);
        _lanes.Deal(Some.At(0), _outbox);
        Assert.Equal(owed, right.Outstanding.Order());
    }

    [Fact]
    public void Rejected_chunk_is_dealt_again()
    {
        var lane = Open(Left);
        _lanes.Deal(Some.At(0), _outbox);
        _lanes.Return(0);
        Assert.Equal([1], lane.Outstanding.Order());
        _lanes.Deal(Some.At(0), _outbox);
        Assert.Equal([0, 1], lane.Outstanding.Order());
    }

    [Fact]
    public void No_more_lanes_are_opened_than_there_may_be()
    {
        for (var holder = 1; holder <= LaneSet.LanesMax + 1; holder++) Open(Some.Node(holder), accept: false);
        Assert.Equal(LaneSet.LanesMax, _lanes.All.Count);
        Assert.Null(_lanes.Of(Some.Node(LaneSet.LanesMax + 1)));
    }

    private Lane Open(NodeId holder, bool accept = true)
    {
        _lanes.Open(Some.At(0), holder, ChunkMap.Full(20), _outbox);
        var lane = _lanes.Of(holder)!;
        if (!accept) return lane;
        _lanes.OnAccept(Some.At(0), lane);
        _outbox.Empty();
        return lane;
    }

    private Lane OpenAndDeal(NodeId holder)
    {
        var lane = Open(holder);
        _lanes.Deal(Some.At(0), _outbox);
        _outbox.Empty();
        return lane;
    }

    private void Bring(Lane lane, params int[] chunks)
    {
        foreach (var chunk in chunks)
            _lanes.OnPersisting(lane, new FileTransfer(
                Some.From(lane.Holder, default), lane.Transfer, chunk, 0, 0, Chunk + FileTransfer.SealBytes));
    }

    private void BecomeDurable(Instant now, int chunk)
    {
        _durable.Add(chunk);
        _lanes.OnDurable(now, chunk);
    }
}
