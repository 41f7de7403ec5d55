using Ferry.Runtime;
using Ferry.Tests.Transports;
using Xunit;

namespace Ferry.Tests.Runtime;

public sealed class RateMeterTests
{
    private readonly FakeTime _time = new();
    private readonly RateMeter _meter;

    public RateMeterTests() => _meter = new RateMeter(_time);

    [Fact]
    public void Link_that_was_never_busy_has_nothing_to_tell()
    {
        Pass(60_000);
        Assert.Null(_meter.Report());
    }

    [Fact]
    public void Busy_link_tells_its_rate_once_a_second()
    {
        _meter.Busy();
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(_meter.Report());
            Pass(100);
            _meter.Wrote(1000);
        }

        Assert.Equal(10_000, _meter.Report());
        Assert.Null(_meter.Report());
    }

    [Fact]
    public void Idle_time_does_not_count()
    {
        Write(200, 2000);
        Pass(5000);
        Write(200, 2000);
        Assert.Equal(10_000, _meter.Report());
    }

    [Fact]
    public void Short_burst_does_not_count()
    {
        Pass(2000);
        Write(50, 1_000_000);
        Pass(2000);
        Assert.Null(_meter.Report());
    }

    [Fact]
    public void Moment_without_work_does_not_end_a_span()
    {
        for (var i = 0; i < 100; i++)
        {
            Write(9, 90);
            Pass(1);
        }

        Assert.InRange(_meter.Report()!.Value, 9000, 9100);
    }

    private void Write(int milliseconds, int bytes)
    {
        _meter.Busy();
        Pass(milliseconds);
        _meter.Wrote(bytes);
        _meter.Idle();
    }

    private void Pass(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
