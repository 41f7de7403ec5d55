using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Links.Pump;
using Ferry.Tests.Transports;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links.Pump;

public sealed class LinkPumpTests
{
    private static readonly LinkId Id = new(7);

    private readonly TestClock _time = new();
    private readonly Channel<Input> _inputs = Channel.CreateBounded<Input>(16);

    [Fact]
    public async Task Messages_and_bodies_reach_the_loop_of_the_neighbour()
    {
        var (pump, peer) = await Start();
        var head = LinkFixture.Piece(1000);
        await peer.WriteAsync(new Heartbeat(1), CancellationToken.None);
        await LinkFixture.SendBody(peer, head);
        Assert.Equal(new Input.Received(Id, new Heartbeat(1), null), await Next());
        var received = Assert.IsType<Input.Received>(await Next());
        LinkFixture.AssertBody(head, (PooledBody?)received.Body);
        received.Body!.Dispose();
        await Stop(pump, peer);
    }

    [Fact]
    public async Task Sent_body_is_told_with_its_length()
    {
        var (pump, peer) = await Start(frameBytesMax: 1024);
        var head = LinkFixture.Piece(10_000);
        pump.SendBody(default, head, LinkFixture.Body(head));
        var piece = await LinkFixture.Receive(peer);
        LinkFixture.AssertBody(head, piece.Body);
        piece.Body!.Dispose();
        Assert.Equal(new Input.BulkSent(Id, head.BodyBytes), await Next());
        await Stop(pump, peer);
    }

    [Fact]
    public async Task Control_overtakes_a_body_whose_frames_wait_for_the_neighbour()
    {
        var (pump, peer) = await Start(frameBytesMax: 1024);
        var head = LinkFixture.Piece(WireLimits.PieceBytesMax);
        pump.SendBody(default, head, LinkFixture.Body(head));
        pump.Send(new Heartbeat(1));
        Assert.IsType<Heartbeat>((await LinkFixture.Receive(peer)).Message);
        var piece = await LinkFixture.Receive(peer);
        Assert.IsType<FileTransfer>(piece.Message);
        piece.Body!.Dispose();
        await Stop(pump, peer);
    }

    [Fact]
    public async Task Closing_sends_what_is_queued_then_the_reason_then_ends()
    {
        var (pump, peer) = await Start();
        pump.Send(new Heartbeat(1));
        pump.CloseAfterFlush(LeaveReason.ShuttingDown, "The program ends.");
        pump.Send(new Heartbeat(2));
        Assert.Equal(new Heartbeat(1), (await LinkFixture.Receive(peer)).Message);
        Assert.Equal(new Leave(LeaveReason.ShuttingDown), (await LinkFixture.Receive(peer)).Message);
        await peer.DisposeAsync();
        Assert.Equal(new Input.LinkDown(Id, "The program ends."), await Next());
        await pump.Completion.WaitAsync(Patience.Limit);
        await pump.DisposeAsync();
    }

    [Fact]
    public async Task Closing_ends_at_its_time_limit_when_the_neighbour_does_not_read()
    {
        var (pump, peer) = await Start();
        var head = LinkFixture.Piece(200_000);
        for (var i = 0; i < 4; i++) pump.SendBody(default, head, LinkFixture.Body(head));
        pump.CloseAfterFlush(LeaveReason.DuplicateLink, "Another link is used.");
        _time.Advance(LinkState.EndTimeLimit);
        Assert.Equal(new Input.LinkDown(Id, "Another link is used."), await Last());
        await pump.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task First_reason_to_close_is_told()
    {
        var (pump, peer) = await Start();
        pump.CloseAfterFlush(LeaveReason.DuplicateLink, "first");
        pump.CloseAfterFlush(LeaveReason.ShuttingDown, "second");
        await peer.DisposeAsync();
        await pump.DisposeAsync();
        Assert.Equal(new Input.LinkDown(Id, "first"), await Last());
    }

    [Fact]
    public async Task Leave_reaches_the_loop_before_the_link_goes_down()
    {
        var (pump, peer) = await Start();
        await peer.WriteAsync(new Leave(LeaveReason.LeftNetwork), CancellationToken.None);
        Assert.Equal(new Input.Received(Id, new Leave(LeaveReason.LeftNetwork), null), await Next());
        Assert.IsType<Input.LinkDown>(await Next());
        await pump.Completion.WaitAsync(Patience.Limit);
        await pump.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Two_that_close_at_once_both_end()
    {
        var (near, far) = await LinkFixture.Linked();
        var farInputs = Channel.CreateUnbounded<Input>();
        await using var pump = new LinkPump(Id, near, LinkFixture.Ground, _inputs.Writer, _time, NullLogger.Instance);
        await using var other = new LinkPump(Id, far, LinkFixture.Ground, farInputs.Writer, _time, NullLogger.Instance);
        pump.CloseAfterFlush(LeaveReason.ShuttingDown, "here");
        other.CloseAfterFlush(LeaveReason.ShuttingDown, "there");
        await Task.WhenAll(pump.Completion, other.Completion).WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task Neighbour_that_vanishes_takes_the_link_down_once()
    {
        var (pump, peer) = await Start();
        await peer.DisposeAsync();
        Assert.IsType<Input.LinkDown>(await Next());
        await pump.Completion.WaitAsync(Patience.Limit);
        pump.Send(new Heartbeat(1));
        var body = LinkFixture.Body(LinkFixture.Piece(10));
        pump.SendBody(default, LinkFixture.Piece(10), body);
        Assert.Throws<ObjectDisposedException>(() => body.Memory);
        await pump.DisposeAsync();
        Assert.False(_inputs.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Neighbour_that_breaks_the_protocol_hears_so_and_loses_the_link()
    {
        var (pump, peer) = await Start();
        // A Join has its place in the handshake only.
        await peer.WriteAsync(peer.PeerJoin, CancellationToken.None);
        Assert.Equal(new Leave(LeaveReason.ProtocolError), (await LinkFixture.Receive(peer)).Message);
        await peer.DisposeAsync();
        var down = Assert.IsType<Input.LinkDown>(await Next());
        Assert.Contains("protocol", down.Reason, StringComparison.Ordinal);
        await pump.DisposeAsync();
    }

    [Fact]
    public async Task Neighbour_that_does_not_read_loses_the_link_at_the_limit()
    {
        var (pump, peer) = await Start();
        var withdrawal = new RouteWithdrawal([.. Enumerable.Range(1, 1000).Select(Some.Node)]);
        for (var i = 0; i < 400; i++) pump.Send(withdrawal);
        var down = Assert.IsType<Input.LinkDown>(await Next());
        Assert.Contains("too slow", down.Reason, StringComparison.Ordinal);
        await pump.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Loop_that_takes_nothing_slows_the_neighbour_down()
    {
        var (pump, peer) = await Start();
        var head = LinkFixture.Piece(WireLimits.PieceBytesMax);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++) await LinkFixture.SendBody(peer, head);
        });
        await Patience.UntilAsync(() => _inputs.Reader.Count == 16);
        Assert.False(sending.IsCompleted);
        for (var i = 0; i < 40; i++) Assert.IsType<Input.Received>(await Next()).Body!.Dispose();
        await sending.WaitAsync(Patience.Limit);
        await Stop(pump, peer);
    }

    [Fact]
    public async Task Body_that_a_node_takes_no_more_is_disposed_and_the_pump_still_ends()
    {
        var (near, peer) = await LinkFixture.Linked();
        var loop = new EndingLoop();
        var pump = new LinkPump(Id, near, LinkFixture.Ground, loop, _time, NullLogger.Instance);
        await LinkFixture.SendBody(peer, LinkFixture.Piece(100));
        var refused = Assert.IsType<Input.Received>(await loop.Refused.WaitAsync(Patience.Limit));
        await pump.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        Assert.Throws<ObjectDisposedException>(() => ((PooledBody)refused.Body!).Memory);
        Assert.Equal(LinkCloseReason.PeerClosed, (await LinkFixture.Receive(peer)).Close?.Reason);
        await peer.DisposeAsync();
    }

    private async Task<(LinkPump Pump, SecureLink Peer)> Start(int frameBytesMax = WireLimits.BodyBytesMax)
    {
        var (near, far) = await LinkFixture.Linked(frameBytesMax);
        var pump = new LinkPump(Id, near, LinkFixture.Ground, _inputs.Writer, _time, NullLogger.Instance);
        return (pump, far);
    }

    private async Task Stop(LinkPump pump, SecureLink peer)
    {
        await pump.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        Assert.Equal(new Input.LinkDown(Id, "this node closed the link"), await Last());
        await peer.DisposeAsync();
    }

    private async Task<Input> Next() => await _inputs.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    private async Task<Input> Last()
    {
        while (true)
        {
            var input = await Next();
            if (input is Input.LinkDown) return input;
            (input as Input.Received)?.Body?.Dispose();
        }
    }

    /// <summary>
    /// A loop that ends just when it is handed an input: whoever offered it is left with what it owns.
    /// </summary>
    private sealed class EndingLoop : ChannelWriter<Input>
    {
        private readonly TaskCompletionSource<Input> _refused =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Input> Refused => _refused.Task;

        public override bool TryWrite(Input item)
        {
            _refused.TrySetResult(item);
            return false;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
            new(!_refused.Task.IsCompleted);
    }
}
