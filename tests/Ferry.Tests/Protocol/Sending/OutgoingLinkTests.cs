using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Transports;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

public sealed class OutgoingLinkTests
{
    private static readonly SendBacklog Empty = Backlog(0);

    private readonly OutgoingLink _link = new(OutgoingLimits.Standard, default);
    private LinkState _state = new LinkState.Up();
    private Instant _now;

    [Fact]
    public void With_nothing_queued_it_is_idle() => Assert.IsType<SendStep.Idle>(Next(Empty));

    [Fact]
    public void Message_is_written_and_then_there_is_nothing_to_do()
    {
        _link.TryAdd(new Heartbeat(1));
        Assert.Equal(new SendStep.Write(new Heartbeat(1)), Next(Empty));
        Assert.IsType<SendStep.Idle>(Next(Empty));
    }

    [Fact]
    public void Body_is_begun_written_frame_by_frame_and_told_as_sent()
    {
        var body = Add(pieceBytes: 10_000);
        var start = Assert.IsType<SendStep.StartBulk>(Next(Empty));
        Assert.Same(body, start.Body);
        Assert.IsType<SendStep.ContinueBulk>(Next(Empty, bulkPending: true));
        Assert.IsType<SendStep.ContinueBulk>(Next(Empty, bulkPending: true));
        Assert.Equal(new SendStep.TellSent(body.Length), Next(Empty));
        Assert.IsType<SendStep.Idle>(Next(Empty));
    }

    [Fact]
    public void Control_goes_between_the_frames_of_a_body()
    {
        Add(pieceBytes: 10_000);
        Next(Empty);
        Next(Empty, bulkPending: true);
        _link.TryAdd(new Heartbeat(1));
        Assert.Equal(new SendStep.Write(new Heartbeat(1)), Next(Empty, bulkPending: true));
        Assert.IsType<SendStep.ContinueBulk>(Next(Empty, bulkPending: true));
    }

    [Fact]
    public void Body_waits_while_the_link_has_enough_on_its_way_and_control_does_not()
    {
        Add(pieceBytes: 10_000);
        Next(Empty);
        _link.Wrote(1 << 20);
        var full = Backlog(1 << 20);
        Assert.True(Assert.IsType<SendStep.Pause>(Next(full, bulkPending: true)).Limit > TimeSpan.Zero);
        _link.TryAdd(new Heartbeat(1));
        Assert.IsType<SendStep.Write>(Next(full, bulkPending: true));
    }

    [Fact]
    public void Rate_of_a_busy_link_is_told_once_a_second()
    {
        Add(pieceBytes: 200_000);
        Next(Empty);
        var told = new List<long>();
        for (var tenth = 0; tenth < 25; tenth++)
        {
            _link.Wrote(5_000);
            _now += TimeSpan.FromMilliseconds(100);
            if (Next(Empty, bulkPending: true) is SendStep.TellRate rate) told.Add(rate.BytesPerSecond);
        }

        Assert.Equal([50_000, 50_000], told);
    }

    [Fact]
    public void Link_that_is_closed_sends_what_is_queued_and_then_the_leave()
    {
        var body = Add(pieceBytes: 1_000);
        _link.TryAdd(new Heartbeat(1));
        _state = _state.Close(LeaveReason.LeftNetwork, "the user left");
        Assert.IsType<SendStep.Write>(Next(Empty));
        Assert.IsType<SendStep.StartBulk>(Next(Empty));
        Assert.Equal(new SendStep.TellSent(body.Length), Next(Empty));
        Assert.Equal(new SendStep.Finish(LeaveReason.LeftNetwork), Next(Empty));
    }

    private SendStep Next(SendBacklog backlog, bool bulkPending = false) =>
        _link.Next(_state, _now, backlog, bulkPending);

    private BytesPayload Add(int pieceBytes)
    {
        var head = LinkFixture.Piece(pieceBytes);
        var body = new BytesPayload(head.BodyBytes);
        Assert.True(_link.TryAdd(head, body));
        return body;
    }

    private static SendBacklog Backlog(long bytes) =>
        new(bytes, bytes, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10), 1448);
}
