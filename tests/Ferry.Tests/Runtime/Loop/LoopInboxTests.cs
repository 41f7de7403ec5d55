using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Xunit;

namespace Ferry.Tests.Runtime.Loop;

public sealed class LoopInboxTests
{
    private readonly LoopInbox _post = new();

    [Fact]
    public void A_full_post_takes_no_more_from_links_but_results_of_our_workers()
    {
        for (var count = 0; count < LoopInbox.InputsMax; count++) Assert.True(_post.Inputs.TryWrite(new Input.Tick()));
        Assert.False(_post.Inputs.TryWrite(new Input.Tick()));

        _post.PostResult(new Input.BulkSent(new LinkId(1), 1));

        Assert.True(_post.TryTakeInput(out var first));
        Assert.IsType<Input.BulkSent>(first);
    }

    [Fact]
    public async Task Whatever_comes_rings_the_bell()
    {
        _post.PostResult(new Input.Tick());
        await _post.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_post.Inputs.TryWrite(new Input.Tick()));
        await _post.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_post.TryPostCall(new LoopCall<int>((_, _, _) => 1)));
        await _post.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Closing_gives_bodies_back_and_tells_callers()
    {
        var body = PooledBody.Rent(10);
        _post.Inputs.TryWrite(new Input.Received(new LinkId(1), new Heartbeat(1), body));
        var call = new LoopCall<int>((_, _, _) => 1);
        _post.TryPostCall(call);

        _post.Close();

        Assert.Throws<ObjectDisposedException>(() => body.Memory);
        await Assert.ThrowsAsync<FerryException>(() => call.Result);
        Assert.False(_post.TryPostCall(call));
        Assert.False(_post.Inputs.TryWrite(new Input.Tick()));
    }
}
