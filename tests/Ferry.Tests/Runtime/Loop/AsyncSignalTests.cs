using Ferry.Runtime.Loop;
using Ferry.Tests.Transports;
using Xunit;

namespace Ferry.Tests.Runtime.Loop;

public sealed class AsyncSignalTests
{
    private readonly AsyncSignal _signal = new();
    private readonly TestClock _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signal_that_was_set_before_ends_the_next_wait_and_no_other()
    {
        _signal.Set();
        _signal.Set();
        await _signal.WaitAsync(Cancel).WaitAsync(Patience.Limit, Cancel);
        var second = _signal.WaitAsync(Cancel);
        Assert.False(second.IsCompleted);
        _signal.Set();
        await second.WaitAsync(Patience.Limit, Cancel);
    }

    [Fact]
    public async Task Wait_ends_at_its_limit_and_loses_no_signal()
    {
        var wait = _signal.WaitAsync(TimeSpan.FromSeconds(1), _time, Cancel);
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await wait.WaitAsync(Patience.Limit, Cancel);
        _signal.Set();
        await _signal.WaitAsync(TimeSpan.FromSeconds(1), _time, Cancel).WaitAsync(Patience.Limit, Cancel);
    }

    [Fact]
    public async Task Cancelled_wait_leaves_the_signal_to_the_next()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var wait = _signal.WaitAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _signal.WaitAsync(TimeSpan.FromSeconds(1), _time, stop.Token));
        _signal.Set();
        await _signal.WaitAsync(Cancel).WaitAsync(Patience.Limit, Cancel);
    }

    /// <summary>Whoever puts something in a place and then sets the signal is seen, however the threads interleave.
    /// </summary>
    [Fact]
    public async Task Nothing_that_was_done_before_a_signal_is_overlooked()
    {
        const int Turns = 20_000;
        var put = 0;
        var putting = Task.Run(
            () =>
            {
                for (var turn = 1; turn <= Turns; turn++)
                {
                    Volatile.Write(ref put, turn);
                    _signal.Set();
                }
            },
            Cancel);
        while (Volatile.Read(ref put) < Turns) await _signal.WaitAsync(Cancel).WaitAsync(Patience.Limit, Cancel);
        await putting;
    }
}
