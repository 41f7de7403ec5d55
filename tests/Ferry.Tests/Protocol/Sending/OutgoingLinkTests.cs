using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Transports;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

public sealed class OutgoingLinkTests
{
    private static readonly NodeId Self = LinkFixture.Envelope.Source;
    private static readonly SendBacklog Empty = Backlog(0);

    private readonly OutgoingLink _link = new(OutgoingLimits.Standard, Self, new PassedOnBudget(), default);
    private LinkState _state = new LinkState.Up();
    private Instant _now;

    [Fact]
    public void With_nothing_queued_it_is_idle() => Assert.IsType<SendStep.Idle>(Next(Empty));

    [Fact]
    public void Message_is_written_and_then_there_is_nothing_to_do()
    {
        _link.TryAdd(_now, new Heartbeat(1));
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
        _link.TryAdd(_now, new Heartbeat(1));
        Assert.Equal(new SendStep.Write(new Heartbeat(1)), Next(Empty, bulkPending: true));
        Assert.IsType<SendStep.ContinueBulk>(Next(Empty, bulkPending: true));
    }

    [Fact]
    public void Body_waits_while_the_link_has_enough_on_its_way_and_control_does_not()
    {
        Add(pieceBytes: 10_000);
        Next(Empty);
        _link.Wrote(_now, 1 << 20);
        var full = Backlog(1 << 20);
        Assert.True(Assert.IsType<SendStep.Pause>(Next(full, bulkPending: true)).Limit > TimeSpan.Zero);
        _link.TryAdd(_now, new Heartbeat(1));
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
            _link.Wrote(_now, 5_000);
            _now += TimeSpan.FromMilliseconds(100);
            if (Next(Empty, bulkPending: true) is SendStep.TellRate rate) told.Add(rate.BytesPerSecond);
        }

        Assert.Equal([50_000, 50_000], told);
    }

    [Fact]
    public void Link_that_is_closed_sends_what_is_queued_and_then_the_leave()
    {
        var body = Add(pieceBytes: 1_000);
        _link.TryAdd(_now, new Heartbeat(1));
        _state = _state.Close(LeaveReason.LeftNetwork, "the user left");
        Assert.IsType<SendStep.Write>(Next(Empty));
        Assert.IsType<SendStep.StartBulk>(Next(Empty));
        Assert.Equal(new SendStep.TellSent(body.Length), Next(Empty));
        Assert.Equal(new SendStep.Finish(LeaveReason.LeftNetwork), Next(Empty));
    }

    [Fact]
    public void Link_on_which_nothing_moves_any_more_takes_no_message()
    {
        _link.TryAdd(_now, new Heartbeat(1));
        _now += OutgoingLimits.StuckAfter;
        Assert.True(_link.TryAdd(_now, new Heartbeat(2)));
        _now += TimeSpan.FromMilliseconds(1);
        Assert.False(_link.TryAdd(_now, new Heartbeat(3)));
    }

    [Fact]
    public void Link_that_moves_however_slowly_or_has_nothing_to_send_is_kept()
    {
        _now += OutgoingLimits.StuckAfter * 2;
        Assert.True(_link.TryAdd(_now, new Heartbeat(1)));
        Add(pieceBytes: 100_000);
        Next(Empty);
        Next(Empty);
        for (var step = 0; step < 10; step++)
        {
            _now += OutgoingLimits.StuckAfter;
            _link.Wrote(_now, 1);
            Assert.True(_link.TryAdd(_now, new Heartbeat(2)));
        }
    }

    [Fact]
    public void Bytes_that_the_other_end_takes_are_progress_although_nothing_more_is_written()
    {
        Add(pieceBytes: 100_000);
        Next(Empty);
        _link.Wrote(_now, 50_000);
        for (var left = 50_000; left > 0; left -= 10_000)
        {
            _now += OutgoingLimits.StuckAfter;
            Next(Backlog(left), bulkPending: true);
            Assert.True(_link.TryAdd(_now, new Heartbeat(1)));
        }
    }

    [Fact]
    public void Answers_that_wait_are_two_seconds_of_the_measured_rate()
    {
        MeasureRate(bytesPerSecond: 500_000);
        var part = new ManifestPart(LinkFixture.Envelope, default, 1, 0, new byte[512 * 32]);
        for (var i = 0; i < 200; i++) Assert.True(_link.TryAdd(_now, part));
        Assert.InRange(_link.ControlBytes, 970_000, 1_000_000);
        Assert.True(_link.Dropped > 100);
    }

    [Fact]
    public void Limit_holds_bodies_back_and_no_control_message()
    {
        var limit = new Allowance();
        var link = new OutgoingLink(OutgoingLimits.Standard, Self, new PassedOnBudget(), default) { Limit = limit };
        var head = LinkFixture.Piece(20_000);
        link.Add(_now, default, head, new BytesPayload(head.BodyBytes));
        Assert.IsType<SendStep.StartBulk>(link.Next(_state, _now, Empty, bulkPending: false));
        Assert.Equal(
            limit.BytesAtOnce, Assert.IsType<SendStep.ContinueBulk>(Next()).BytesMax);
        link.Wrote(_now, 1500);
        Assert.Equal(1500, limit.Sent);

        limit.IsUsedUp = true;
        Assert.InRange(Assert.IsType<SendStep.Pause>(Next()).Limit.TotalSeconds, 0.01, 0.25);
        Assert.True(link.TryAdd(_now, new Heartbeat(1)));
        Assert.IsType<SendStep.Write>(Next());
        link.Wrote(_now, 30);
        Assert.Equal(1500, limit.Sent);
        Assert.IsType<SendStep.Pause>(Next());
        limit.IsUsedUp = false;
        Assert.IsType<SendStep.ContinueBulk>(Next());

        SendStep Next() => link.Next(_state, _now, Empty, bulkPending: true);
    }

    [Fact]
    public void Body_that_is_dropped_is_told_as_sent()
    {
        var link = new OutgoingLink(OutgoingLimits.Standard, Self, new PassedOnBudget(10_000), default);
        var head = LinkFixture.Piece(20_000);
        var body = new BytesPayload(head.BodyBytes);
        link.Add(_now, Some.Node(2), head, body);
        Assert.Equal(1, body.Disposals);
        Assert.Equal(new SendStep.TellSent(body.Length), link.Next(_state, _now, Empty, bulkPending: false));
        Assert.IsType<SendStep.Idle>(link.Next(_state, _now, Empty, bulkPending: false));
    }

    private void MeasureRate(int bytesPerSecond)
    {
        Add(pieceBytes: 200_000);
        Next(Empty);
        for (var tenth = 0; tenth < 12; tenth++)
        {
            _link.Wrote(_now, bytesPerSecond / 10);
            _now += TimeSpan.FromMilliseconds(100);
            Next(Empty, bulkPending: true);
        }
        Next(Empty);
    }

    private SendStep Next(SendBacklog backlog, bool bulkPending = false) =>
        _link.Next(_state, _now, backlog, bulkPending);

    private BytesPayload Add(int pieceBytes)
    {
        var head = LinkFixture.Piece(pieceBytes);
        var body = new BytesPayload(head.BodyBytes);
        _link.Add(_now, default, head, body);
        return body;
    }

    private static SendBacklog Backlog(long bytes) =>
        new(bytes, bytes, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10), 1448);

    private sealed class Allowance : ISendLimit
    {
        public bool IsUsedUp { get; set; }
        public int Sent { get; private set; }
        public int BytesAtOnce => 2_000;
        public TimeSpan? Wait(Instant now) => IsUsedUp ? TimeSpan.FromHours(1) : null;
        public void OnSent(Instant now, int bytes) => Sent += bytes;
    }
}
