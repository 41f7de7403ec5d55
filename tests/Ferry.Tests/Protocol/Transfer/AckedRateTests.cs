using Ferry.Protocol.Transfer;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class AckedRateTests
{
    private readonly AckedRate _rate = new();

    [Fact]
    public void Rate_is_that_of_the_last_second_or_more()
    {
        _rate.OnAcked(Some.At(100), 50_000);
        for (var tenth = 1; tenth <= 10; tenth++) _rate.OnAcked(Some.At(100 + tenth / 10.0), 1000);
        Assert.Equal(10_000, _rate.At(Some.At(101)), 1.0);
    }

    [Fact]
    public void Who_falls_silent_has_no_rate()
    {
        _rate.OnAcked(Some.At(100), 0);
        _rate.OnAcked(Some.At(102), 10_000);
        Assert.Equal(5_000, _rate.At(Some.At(103)), 1.0);
        Assert.Equal(0, _rate.At(Some.At(113)));
        _rate.OnAcked(Some.At(200), 10_000);
        Assert.Equal(0, _rate.At(Some.At(200)));
    }
}
