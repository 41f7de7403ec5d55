using Ferry.Transports.Bluetooth;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth;

public sealed class RadioTrafficTests
{
    private readonly TestClock _time = new();
    private readonly RadioTraffic _traffic;

    public RadioTrafficTests() => _traffic = new RadioTraffic(_time);

    [Fact]
    public void Heartbeats_keep_nobody_from_looking_around()
    {
        for (var second = 0; second < 60; second++)
        {
            _traffic.Count(500);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(_traffic.IsBusy);
        }
    }

    [Fact]
    public void Transfer_keeps_the_radio_until_it_has_been_quiet_for_a_while()
    {
        for (var frame = 0; frame < 20; frame++) _traffic.Count(2_000);
        Assert.True(_traffic.IsBusy);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_traffic.IsBusy);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_traffic.IsBusy);
    }

    [Fact]
    public void Long_silence_leaves_nothing_behind()
    {
        _traffic.Count(1_000_000);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(_traffic.IsBusy);
    }
}
