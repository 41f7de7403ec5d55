using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class HoldersTests
{
    private static readonly NodeId One = Some.Node(1);
    private static readonly NodeId Two = Some.Node(2);
    private static readonly Instant Now = Some.At(100);
    private readonly HolderIndex _index = new(Some.Ids);
    private readonly Holders _book;

    public HoldersTests() => _book = new Holders(
        default, node => node == One ? null : new NodePath(Some.Node(1), 1, node == Two ? 20u : 10u, "tcp"), _index);

    [Fact]
    public void Nearest_come_first_and_those_out_of_reach_last()
    {
        foreach (var node in new[] { One, Two, Some.Node(3) }) _book.Add(Now, node, [], null);
        Assert.Equal([Some.Node(3), Two, One], _book.Nearest);
    }

    [Fact]
    public void Download_is_found_by_its_holders_until_they_are_left()
    {
        foreach (var node in new[] { One, Two, Some.Node(3), Some.Node(4) }) _book.Add(Now, node, [], null);
        Assert.Equal([default], _index.Of(One));
        _book.Remove(One);
        _book.Strike(Now, Two, RefusalReason.Cancelled);
        _book.PutBack(Some.Node(3));
        Assert.All(new[] { One, Two, Some.Node(3) }, node => Assert.Empty(_index.Of(node)));
        Assert.NotEmpty(_index.Of(Some.Node(4)));
        _book.Clear();
        Assert.Empty(_index.Of(Some.Node(4)));
    }

    [Fact]
    public void Holder_is_left_after_three_wrong_chunks()
    {
        _book.Add(Now, One, [], null);
        Assert.False(_book.OnRejected(One));
        Assert.False(_book.OnRejected(One));
        Assert.True(_book.OnRejected(One));
    }

    [Fact]
    public void Struck_holder_is_asked_again_after_longer_and_longer_and_one_that_cancelled_when_the_user_asks()
    {
        var now = Now;
        foreach (var minutes in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            Assert.True(_book.Add(now, One, [], null));
            _book.Strike(now, One, RefusalReason.SourceChanged);
            Assert.False(_book.Add(now + TimeSpan.FromMinutes(minutes - 0.1), One, [], null));
            now += TimeSpan.FromMinutes(minutes);
        }
        _book.Strike(now, One, RefusalReason.Cancelled);
        Assert.False(_book.Add(now + TimeSpan.FromDays(6), One, [], null));
        _book.Forgive();
        Assert.True(_book.Add(now, One, [], null));
        Assert.Null(_book.LastReason);
    }

    [Fact]
    public void Only_so_many_are_remembered_as_struck()
    {
        for (var node = 0; node < 5 * Holders.HoldersMax; node++)
            _book.Strike(Now + Some.Seconds(node), Some.Node(10 + node), RefusalReason.SourceChanged);
        Assert.True(_book.Add(Now, Some.Node(10), [], null));
        Assert.False(_book.Add(Now, Some.Node(9 + 5 * Holders.HoldersMax), [], null));
    }

    [Fact]
    public void Hope_is_gone_only_when_all_are_struck()
    {
        _book.Add(Now, One, [], null);
        _book.Add(Now, Two, [], null);
        Assert.Null(_book.WhyHopeless());
        _book.Strike(Now, One, RefusalReason.SourceChanged);
        Assert.Null(_book.WhyHopeless());
        _book.Strike(Now, Two, RefusalReason.Cancelled);
        Assert.Equal("its holder cancelled the transfer", _book.WhyHopeless());
    }

    [Fact]
    public void Holder_that_has_it_no_more_may_come_back()
    {
        _book.Add(Now, One, [], null);
        _book.Remove(One);
        Assert.Null(_book.WhyHopeless());
        Assert.True(_book.Add(Now, One, [], null));
    }

    [Fact]
    public void Only_holder_is_not_put_back()
    {
        _book.Add(Now, One, [], null);
        _book.PutBack(One);
        Assert.True(_book.Knows(One));
        _book.Add(Now, Two, [], null);
        _book.PutBack(One);
        Assert.False(_book.Knows(One));
    }

    [Fact]
    public void Holder_that_names_nothing_or_nonsense_counts_as_whole()
    {
        _book.Add(Now, One, [], null);
        _book.Add(Now, Two, [new(0, 11)], null);
        _book.Add(Now, Some.Node(3), [new(2, 3)], null);
        Assert.True(_book.MapOf(One, 10).IsFull);
        Assert.True(_book.MapOf(Two, 10).IsFull);
        Assert.Equal([new(2, 3)], _book.MapOf(Some.Node(3), 10).ToRanges(9));
    }

    [Fact]
    public void Only_so_many_holders_are_known()
    {
        for (var node = 0; node < Holders.HoldersMax; node++)
            Assert.True(_book.Add(Now, Some.Node(10 + node), [], null));
        Assert.False(_book.Add(Now, One, [], null));
        Assert.True(_book.Add(Now, Some.Node(10), [new(0, 1)], null));
    }

    /// <summary>Once it waited for the one that was gone, though its user had only to ask the other anew.</summary>
    [Fact]
    public void Holder_that_is_gone_is_no_hope_where_another_has_it_and_cancelled()
    {
        _book.Add(Now, One, [], null);
        _book.Add(Now, Two, [], null);
        _book.Strike(Now, One, RefusalReason.Cancelled);
        Assert.Null(_book.WhyHopeless());
        _book.Remove(Two);
        Assert.Equal("its holder cancelled the transfer", _book.WhyHopeless());
    }
}
