using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>Uploads to the nodes from 10 on; those to even ones go through node 2, the others through node 3.</summary>
public sealed class SendTurnsTests
{
    private readonly Deadlines _deadlines = new();
    private readonly Dictionary<NodeId, NodeId> _nextHops = [];
    private readonly Dictionary<NodeId, int> _room = new() { [Some.Node(2)] = 0, [Some.Node(3)] = 0 };
    private readonly HashSet<NodeId> _heldBack = [];
    private readonly SendTurns _turns;
    private int _asked;

    public SendTurnsTests() => _turns = new SendTurns(_deadlines, PathTo, RoomFor);

    [Fact]
    public void Uploads_take_turns_and_each_way_has_its_own()
    {
        foreach (var number in new[] { 10, 12, 11 }) Join(number);
        Assert.Empty(Send());
        Room(2, pieces: 4);
        Room(3, pieces: 2);
        Assert.Equal([10, 12, 10, 12, 11, 11], Send());
        Room(2, pieces: 1);
        Assert.Equal([10], Send());
        Room(2, pieces: 1);
        Assert.Equal([12], Send());
    }

    [Fact]
    public void Full_link_is_found_out_once_for_all_whose_way_it_is()
    {
        for (var number = 10; number < 1010; number += 2) Join(number);
        Assert.Empty(Send());
        Assert.Equal(1, _asked);
        Assert.Empty(Send());
        Assert.Equal(1, _asked);
        Room(2, pieces: 1);
        Assert.Equal([10], Send());
        Assert.Equal(3, _asked);
    }

    [Fact]
    public void Way_that_is_held_back_does_not_hold_the_others_back()
    {
        foreach (var number in new[] { 10, 12 }) Join(number);
        _heldBack.Add(Some.Node(10));
        Room(2, pieces: 2);
        Assert.Equal([12, 12], Send());
    }

    [Fact]
    public void Whoever_waits_is_tried_each_second_although_nothing_was_heard_of_room()
    {
        foreach (var number in new[] { 10, 12 }) Join(number);
        Assert.Empty(Send());
        _room[Some.Node(2)] = 1;
        Assert.Empty(Send());
        Assert.Equal(Some.At(1), _deadlines.Next);
        _deadlines.Run(Some.At(1), due => _turns.OnRetry((SendQueue)due.Owner));
        _asked = 0;
        Assert.Equal([10], Send(Some.At(1)));
        Assert.Equal(3, _asked);
        Assert.Equal(Some.At(2), _deadlines.Next);
    }

    [Fact]
    public void Upload_whose_way_has_moved_waits_there()
    {
        var upload = Join(10);
        _nextHops[Some.Node(10)] = Some.Node(3);
        _turns.Leave(upload);
        _turns.Join(upload);
        Room(2, pieces: 1);
        Assert.Empty(Send());
        Room(3, pieces: 1);
        Assert.Equal([10], Send());
    }

    [Fact]
    public void Nothing_is_left_of_a_way_on_which_nobody_waits()
    {
        var upload = Join(10);
        Assert.Empty(Send());
        Assert.Equal(1, _deadlines.Count);
        _turns.Leave(upload);
        Room(2, pieces: 1);
        Assert.Empty(Send());
        Assert.Equal(0, _deadlines.Count);
    }

    private NodePath? PathTo(NodeId node) => new NodePath(NextHop(node), 2, 1000, "tcp");

    private NodeId NextHop(NodeId node) =>
        _nextHops.TryGetValue(node, out var nextHop) ? nextHop : Some.Node(2 + (int)(node.Hash.A % 2));

    private PieceRoom RoomFor(Instant now, NodeId node, long leftBytes)
    {
        _asked++;
        if (_heldBack.Contains(node)) return new PieceRoom(null, 0, OnSomeLinksOnly: true);
        if (_room[NextHop(node)] == 0) return default;
        _room[NextHop(node)]--;
        return new PieceRoom(Some.Link(1), 1000);
    }

    private void Room(int neighbour, int pieces)
    {
        _room[Some.Node(neighbour)] += pieces;
        _turns.OnRoom(Some.Node(neighbour));
    }

    private Upload Join(int number)
    {
        var (transfer, requester) = (Some.Transfer(number), Some.Node(number));
        var running = new RunningUpload(transfer, requester, "song.flac", ChunkLayout.For(1 << 20), Some.Channel());
        running.OnRequest(new TransferRequest(
            Some.From(requester, default), transfer, default, [new ChunkRange(0, 9)], 1 << 20, 1 << 16, Again: false,
            default));
        var upload = new Upload(transfer, default, requester, Some.At(0), running, _deadlines);
        _turns.Join(upload);
        return upload;
    }

    /// <summary>Sends until there is no room; returns whose turn it was.</summary>
    private List<int> Send(Instant now = default)
    {
        var sent = new List<int>();
        while (_turns.Next(now) is { } next) sent.Add((int)next.Piece.Transfer.Value);
        return sent;
    }
}
