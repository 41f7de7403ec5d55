using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class SharedBucketTests
{
    private readonly SharedBucket<NodeId> _bucket = new(Some.Ids, new BucketSize(100, 10), new BucketSize(20, 2));

    [Fact]
    public void One_takes_no_more_than_its_share()
    {
        Assert.Equal(20, Enumerable.Range(0, 200).Count(_ => _bucket.TryTake(Some.At(0), Some.Node(1))));
        var others = Enumerable.Range(2, 60).Where(number => _bucket.TryTake(Some.At(0), Some.Node(number)));
        Assert.True(others.Count() > 40, "one of them took what was for others");
    }

    [Fact]
    public void All_together_take_no_more_than_the_whole()
    {
        Assert.Equal(100, Enumerable.Range(0, 1000).Count(number => _bucket.TryTake(Some.At(0), Some.Node(number))));
        var later = Enumerable.Range(0, 1000).Count(number => _bucket.TryTake(Some.At(1), Some.Node(number)));
        Assert.Equal(10, later);
    }
}
