using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class FairBucketTests
{
    private readonly FairBucket _bucket = new(new BucketSize(Burst: 100, PerSecond: 10), Some.Ids);

    [Fact]
    public void One_alone_takes_half_at_once_and_the_whole_rate()
    {
        Assert.Equal(50, Taken(Some.At(0), 1));
        Assert.Equal(10, Taken(Some.At(1), 1));
        Assert.Equal(50, Taken(Some.At(100), 1));
    }

    [Fact]
    public void Many_leave_as_much_as_each_of_them_has_and_half_of_it_goes_to_the_next()
    {
        for (var round = 0; round < 1000; round++)
            for (var who = 2; who < 11; who++) _bucket.TryTake(Some.At(round * 0.01), Some.Node(who));
        Assert.InRange(Taken(Some.At(10), 1), 4, 6);
    }

    [Fact]
    public void All_together_take_no_more_than_burst_and_rate()
    {
        var taken = Enumerable.Range(0, 10_000)
            .Count(number => _bucket.TryTake(Some.At(number * 0.001), Some.Node(number)));
        Assert.InRange(taken, 180, 200);
    }

    [Fact]
    public void What_was_taken_comes_back()
    {
        for (var who = 0; who < 500; who++) _bucket.TryTake(Some.At(0), Some.Node(who));
        Assert.Equal(50, Taken(Some.At(11), 1));
    }

    [Fact]
    public void Small_remainders_for_long_do_no_harm()
    {
        for (var number = 0; number < 10_000; number++) _bucket.TryTake(Some.At(number * 0.0999999), Some.Node(1));
        Assert.InRange(Taken(Some.At(999.9), 1), 48, 50);
    }

    private int Taken(Instant now, int who)
    {
        var taken = 0;
        while (_bucket.TryTake(now, Some.Node(who))) taken++;
        return taken;
    }
}
