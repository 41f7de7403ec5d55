using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class TokenBucketTests
{
    private readonly TokenBucket _bucket = new(new BucketSize(Burst: 3, PerSecond: 2));

    [Fact]
    public void Burst_goes_through_at_once_and_no_more() => Assert.Equal(3, Taken(Some.At(100)));

    [Fact]
    public void Bucket_fills_at_its_rate()
    {
        Taken(Some.At(100));
        Assert.Equal(0, Taken(Some.At(100.4)));
        Assert.Equal(1, Taken(Some.At(100.5)));
        Assert.Equal(2, Taken(Some.At(101.5)));
    }

    [Fact]
    public void Bucket_holds_no_more_than_its_burst()
    {
        Taken(Some.At(100));
        Assert.Equal(3, Taken(Some.At(100_000)));
    }

    private int Taken(Instant now)
    {
        var taken = 0;
        while (_bucket.TryTake(now)) taken++;
        return taken;
    }
}
