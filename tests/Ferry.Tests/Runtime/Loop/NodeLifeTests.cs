using Ferry.Runtime;
using Ferry.Runtime.Loop;
using Xunit;

namespace Ferry.Tests.Runtime.Loop;

public sealed class NodeLifeTests
{
    private readonly NodeLife _life = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Part_that_throws_stops_the_node_and_is_named()
    {
        var bug = new InvalidDataException("a slip");
        await _life.RunAsync("listening", _ => throw bug, Cancel);
        var end = await _life.End.WaitAsync(Cancel);
        Assert.NotNull(end);
        Assert.Equal("listening failed: a slip", end.Message);
        Assert.Same(bug, end.InnerException);
    }

    [Fact]
    public async Task What_a_user_can_act_on_is_told_as_it_is()
    {
        var lost = new FerryException(FailureKind.Failed, "the home is gone: start again");
        await _life.RunAsync("the home's lock", _ => throw lost, Cancel);
        Assert.Same(lost, await _life.End.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Part_that_is_told_to_stop_or_has_done_its_work_stops_nobody_else()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var waiting = _life.RunAsync("waiting", token => Task.Delay(Timeout.Infinite, token), stop.Token);
        await _life.RunAsync("done", _ => Task.CompletedTask, Cancel);
        await stop.CancelAsync();
        await waiting;
        Assert.False(_life.End.IsCompleted);
    }

    [Fact]
    public async Task Cancellation_that_nobody_asked_for_is_a_bug_like_any_other()
    {
        await _life.RunAsync("odd", _ => throw new OperationCanceledException(), Cancel);
        Assert.NotNull(await _life.End.WaitAsync(Cancel));
    }

    [Fact]
    public async Task First_reason_wins()
    {
        _life.Run("the log", () => throw new InvalidDataException("first"));
        _life.Run("searching", () => throw new InvalidDataException("second"));
        _life.Stop();
        Assert.Equal("the log failed: first", (await _life.End.WaitAsync(Cancel))?.Message);
    }

    [Fact]
    public async Task Node_that_is_stopped_has_no_fault()
    {
        _life.Stop();
        Assert.Null(await _life.End.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Part_does_not_run_on_its_callers_stack()
    {
        var gate = new Lock();
        Task part;
        lock (gate)
        {
            part = _life.RunAsync(
                "apart",
                _ =>
                {
                    Assert.False(gate.IsHeldByCurrentThread);
                    return Task.CompletedTask;
                },
                Cancel);
        }

        await part;
        Assert.False(_life.End.IsCompleted);
    }
}
