using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

public sealed class RateMeterTests
{
    private readonly RateMeter _meter = new(default);
    private Instant _now;
    private long _delivered;

    [Fact]
    public void Link_that_was_never_busy_has_nothing_to_tell()
    {
        Pass(60_000);
        Assert.Null(_meter.Report(_now, _delivered));
    }

    [Fact]
    public void Busy_link_tells_its_rate_once_a_second()
    {
        _meter.Busy(_now, _delivered);
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(_meter.Report(_now, _delivered));
            Pass(100);
            _delivered += 1000;
        }

        Assert.Equal(10_000, _meter.Report(_now, _delivered));
        Assert.Null(_meter.Report(_now, _delivered));
    }

    [Fact]
    public void Idle_time_does_not_count()
    {
        Write(200, 2000);
        Pass(5000);
        Write(200, 2000);
        Assert.Equal(10_000, _meter.Report(_now, _delivered));
    }

    [Fact]
    public void Short_burst_does_not_count()
    {
        Pass(2000);
        Write(50, 1_000_000);
        Pass(2000);
        Assert.Null(_meter.Report(_now, _delivered));
    }

    [Fact]
    public void Moment_without_work_does_not_end_a_span()
    {
        for (var i = 0; i < 100; i++)
        {
            Write(9, 90);
            Pass(1);
        }

        Assert.InRange(_meter.Report(_now, _delivered)!.Value, 9000, 9100);
    }

    [Fact]
    public void What_is_delivered_when_nothing_waits_any_more_counts_for_nothing()
    {
        Write(200, 2000);
        Pass(50);
        _delivered += 30_000;
        Pass(5000);
        Write(200, 2000);
        Assert.Equal(10_000, _meter.Report(_now, _delivered));
    }

    private void Write(int milliseconds, int bytes)
    {
        _meter.Busy(_now, _delivered);
        Pass(milliseconds);
        _delivered += bytes;
        _meter.Idle(_now, _delivered);
    }

    private void Pass(int milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);
}
