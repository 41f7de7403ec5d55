using Microsoft.Extensions.Time.Testing;

namespace Ferry.TestKit;

/// <summary>
/// A clock that stands still until a test moves it, and knows how many timers wait for it: a test that moves it before
/// the code under test has set its timer would move it in vain.
/// </summary>
internal sealed class TestClock() : FakeTimeProvider(Noon)
{
    /// <summary>Where every clock starts.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private int _armed;

    /// <summary>Timers that will still fire.</summary>
    public int Armed => Volatile.Read(ref _armed);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CountedTimer(this, callback, state);
        timer.Start(base.CreateTimer(timer.Fire, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class CountedTimer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly Lock _gate = new();
        private ITimer? _timer;
        private bool _isArmed;
        private bool _isPeriodic;

        public void Start(ITimer timer) => _timer = timer;

        public void Fire(object? _)
        {
            lock (_gate)
            {
                if (!_isPeriodic) Arm(false);
            }
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                Arm(dueTime != Timeout.InfiniteTimeSpan);
                _isPeriodic = period > TimeSpan.Zero;
            }
            return _timer!.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (_gate) Arm(false);
            _timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(bool isArmed)
        {
            if (isArmed != _isArmed) Interlocked.Add(ref clock._armed, isArmed ? 1 : -1);
            _isArmed = isArmed;
        }
    }
}
