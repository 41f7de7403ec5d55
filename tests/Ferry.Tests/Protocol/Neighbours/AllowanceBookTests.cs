using Ferry.Protocol.Neighbours;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class AllowanceBookTests
{
    private readonly AllowanceBook _book = new(Some.Ids);

    [Fact]
    public void Who_links_again_finds_its_buckets_as_it_left_them()
    {
        var allowance = _book.Of(Some.Node(1));
        for (var number = 2; number < 100; number++) _book.Of(Some.Node(number));
        Assert.Same(allowance, _book.Of(Some.Node(1)));
    }

    [Fact]
    public void Those_that_were_linked_longest_ago_are_forgotten()
    {
        var (first, second) = (_book.Of(Some.Node(1)), _book.Of(Some.Node(2)));
        for (var number = 3; number <= AllowanceBook.NodesMax; number++) _book.Of(Some.Node(number));
        Assert.Same(first, _book.Of(Some.Node(1)));
        _book.Of(Some.Node(AllowanceBook.NodesMax + 1));
        Assert.Equal(AllowanceBook.NodesMax, _book.Count);
        Assert.Same(first, _book.Of(Some.Node(1)));
        Assert.NotSame(second, _book.Of(Some.Node(2)));
    }
}
