using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Transports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

public sealed class OutgoingQueueTests
{
    private static readonly NodeId Self = LinkFixture.Envelope.Source;
    private static readonly OutgoingLimits Limits = OutgoingLimits.Standard;
    private readonly PassedOnBudget _budget = new();
    private readonly OutgoingQueue _queue;

    public OutgoingQueueTests() => _queue = new OutgoingQueue(Limits, Self, _budget);

    [Fact]
    public void Empty_queue_gives_nothing()
    {
        Assert.False(_queue.TryTake(out _));
        Assert.False(_queue.TryTakeControl(out _));
    }

    [Fact]
    public void Link_goes_before_transfer_control_and_that_before_bodies()
    {
        AddBody(1, 0);
        _queue.TryAdd(Ack(1), Limits.ControlBytesMax);
        _queue.TryAdd(new Heartbeat(1), Limits.ControlBytesMax);
        Assert.Equal([MessageType.Heartbeat, MessageType.Ack, MessageType.FileTransfer], TakeAll().Select(m => m.Type));
    }

    [Fact]
    public void Routing_floods_count_as_link_messages()
    {
        _queue.TryAdd(Ack(1), Limits.ControlBytesMax);
        var request = new RouteRequest(LinkFixture.Envelope, default, Some.Node(1), 0);
        _queue.TryAdd(request, Limits.ControlBytesMax);
        Assert.Equal([MessageType.RouteRequest, MessageType.Ack], TakeAll().Select(m => m.Type));
    }

    [Fact]
    public void Control_that_arrives_during_a_body_goes_before_the_next_body()
    {
        AddBody(1, 0);
        AddBody(1, 1);
        Assert.True(_queue.TryTake(out var first));
        first.Body!.Dispose();
        _queue.TryAdd(new Heartbeat(1), Limits.ControlBytesMax);
        Assert.True(_queue.TryTakeControl(out var control));
        Assert.IsType<Heartbeat>(control.Message);
        Assert.False(_queue.TryTakeControl(out _));
        _queue.Clear();
    }

    [Fact]
    public void Endless_control_leaves_bodies_a_part_of_the_link()
    {
        for (var i = 0UL; i < 8; i++) AddBody(1, i);
        long control = 0;
        long bodies = 0;
        for (var turn = 0; turn < 100_000 && _queue.BulkBytes > 0; turn++)
        {
            _queue.TryAdd(new Heartbeat(1), Limits.ControlBytesMax);
            _queue.TryAdd(Ack(1), Limits.ControlBytesMax);
            Assert.True(_queue.TryTake(out var next));
            if (next.Body is null) control += next.Cost;
            else bodies += next.Cost;
            next.Body?.Dispose();
        }

        Assert.Equal(0, _queue.BulkBytes);
        Assert.InRange((double)bodies / (control + bodies), 0.2, 0.4);
    }

    [Fact]
    public void Transfers_share_the_bodies_evenly_whatever_the_size_of_their_pieces()
    {
        for (var i = 0UL; i < 40; i++) AddBody(1, i, WireLimits.PieceBytesMax);
        for (var i = 0UL; i < 1000; i++) AddBody(2, i, 16 * 1024);
        var sent = new Dictionary<TransferId, long>();
        for (var turn = 0; turn < 300; turn++)
        {
            Assert.True(_queue.TryTake(out var next));
            var transfer = ((FileTransfer)next.Message).Transfer;
            sent[transfer] = sent.GetValueOrDefault(transfer) + next.Body!.Length;
            next.Body.Dispose();
        }

        _queue.Clear();
        Assert.InRange((double)sent[new TransferId(1)] / sent[new TransferId(2)], 0.8, 1.25);
    }

    [Fact]
    public void Order_within_a_transfer_is_kept_and_nothing_is_lost_or_made()
    {
        var pieces = Gen.Choose(1, 3)
            .SelectMany(transfer => Gen.Choose(1, 200_000).Select(bytes => (transfer, bytes)))
            .ListOf();
        Prop.ForAll(pieces.ToArbitrary(), list =>
        {
            var queue = new OutgoingQueue(Limits, Self, new PassedOnBudget());
            var number = 0UL;
            foreach (var (transfer, bytes) in list)
            {
                var header = LinkFixture.Piece(bytes, (ulong)transfer, number++);
                Assert.Equal(0, queue.Add(default, header, new BytesPayload(header.BodyBytes)));
            }

            var taken = new List<FileTransfer>();
            while (queue.TryTake(out var next))
            {
                taken.Add((FileTransfer)next.Message);
                next.Body!.Dispose();
            }

            Assert.Equal(list.Count, taken.Count);
            foreach (var flow in taken.GroupBy(header => header.Transfer))
                Assert.Equal(flow.OrderBy(header => header.SealNumber), flow);
            Assert.Equal((0, 0L, 0L), (queue.Count, queue.ControlBytes, queue.BulkBytes));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_two_neighbours_say_to_each_other_is_not_taken_beyond_its_limit()
    {
        var withdrawal = new RouteWithdrawal([.. Enumerable.Range(1, 1000).Select(Some.Node)]);
        while (_queue.TryAdd(withdrawal, Limits.ControlBytesMax))
        {
            // Fills up.
        }

        Assert.InRange(_queue.ControlBytes, Limits.LinkBytesMax - 40_000, Limits.LinkBytesMax);
    }

    [Fact]
    public void Of_answers_and_of_what_is_passed_on_the_oldest_is_dropped_and_the_link_stays()
    {
        var (behind, far) = (LinkFixture.Envelope with { Source = Some.Node(77) }, new byte[512 * 32]);
        _queue.TryAdd(Ack(1), Limits.ControlBytesMax);
        for (var first = 0; first < 1000; first++)
        {
            Assert.True(_queue.TryAdd(new ManifestPart(LinkFixture.Envelope, default, 1, first, far), 100_000));
            Assert.True(_queue.TryAdd(new Sealed(LinkFixture.Envelope, far) { IsAnswer = true }, 100_000));
            Assert.True(_queue.TryAdd(Ack(2) with { Envelope = behind }, 100_000));
            Assert.True(_queue.TryAdd(new RouteRequest(behind, default, Some.Node(5), 0), 100_000));
        }

        Assert.InRange(_queue.ControlBytes, 80_000, 101_000);
        Assert.True(_queue.Dropped > 2900);
        var left = TakeAll().ToList();
        Assert.Equal(Ack(1), left[0]);
        Assert.Equal(999, left.OfType<ManifestPart>().Last().First);
    }

    [Fact]
    public void Own_words_do_not_wait_behind_what_others_cause()
    {
        for (var i = 0; i < 100; i++)
            _queue.TryAdd(Ack(2) with { Envelope = LinkFixture.Envelope with { Source = Some.Node(77) } }, 100_000);
        _queue.TryAdd(Ack(1), 100_000);
        Assert.True(_queue.TryTake(out var first));
        Assert.Equal(Ack(1), first.Message);
    }

    [Fact]
    public void Bodies_of_this_node_beyond_their_limit_are_dropped_and_disposed_once()
    {
        var header = LinkFixture.Piece(WireLimits.PieceBytesMax);
        var bodies = Enumerable.Range(0, 200).Select(_ => new BytesPayload(header.BodyBytes)).ToList();
        var dropped = bodies.Sum(body => _queue.Add(default, header, body));
        Assert.InRange(_queue.BulkBytes, Limits.OwnBodyBytesMax - 300_000, Limits.OwnBodyBytesMax);
        Assert.Equal(dropped, bodies.Sum(body => (long)body.Disposals * body.Length));
        _queue.Clear();
        Assert.All(bodies, body => Assert.Equal(1, body.Disposals));
        Assert.Equal(0, _budget.UsedBytes);
    }

    [Fact]
    public void Clearing_gives_the_bodies_back()
    {
        var header = LinkFixture.Piece(100);
        var body = new BytesPayload(header.BodyBytes);
        _queue.Add(default, header, body);
        _queue.TryAdd(new Heartbeat(1), Limits.ControlBytesMax);
        _queue.Clear();
        Assert.Equal(1, body.Disposals);
        Assert.False(_queue.TryTake(out _));
        Assert.Equal(0, _queue.Count);
    }

    private static Ack Ack(ulong transfer) => new(LinkFixture.Envelope, new TransferId(transfer), 1, [], 1, 1);

    private void AddBody(ulong transfer, ulong number, int pieceBytes = WireLimits.PieceBytesMax)
    {
        var header = LinkFixture.Piece(pieceBytes, transfer, number);
        _queue.Add(default, header, new BytesPayload(header.BodyBytes));
    }

    private IEnumerable<Message> TakeAll()
    {
        while (_queue.TryTake(out var next))
        {
            next.Body?.Dispose();
            yield return next.Message;
        }
    }
}
