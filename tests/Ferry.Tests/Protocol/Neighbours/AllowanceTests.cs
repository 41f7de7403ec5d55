using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class AllowanceTests
{
    private static readonly NodeId Peer = Some.Node(5);
    private static readonly Instant Now = Some.At(100);

    private readonly Allowance _allowance = new(Peer, Some.Ids);

    [Fact]
    public void Floods_of_the_neighbour_itself_are_bounded()
    {
        Assert.Equal(FloodBudget.OfNeighbour.Burst, Count(1000, _ => Search(Peer), isKnown: true));
        Assert.True(_allowance.Takes(Some.At(100.1), Search(Peer), isKnown: true));
    }

    [Fact]
    public void What_a_neighbour_passes_on_takes_nothing_of_its_own_nor_searches_of_route_requests()
    {
        Assert.Equal(FloodBudget.PassedOn.Burst, Count(100_000, Searching, isKnown: true));
        Assert.True(_allowance.Takes(Now, Search(Peer), isKnown: true));
        Assert.True(_allowance.Takes(Now, Asking(7), isKnown: true));
    }

    [Fact]
    public void One_source_takes_no_more_than_its_share()
    {
        Assert.Equal(FloodBudget.OfSource.Burst, Count(1000, _ => Search(Some.Node(7)), isKnown: true));
        Assert.True(Count(100, Searching, isKnown: true) > 80, "others were held back for it");
    }

    [Fact]
    public void Sources_that_are_made_up_share_one_bucket_and_keep_out_nobody_who_is_known()
    {
        Assert.Equal(FloodBudget.OfStrangers.Burst, Count(10_000, Searching, isKnown: false));
        Assert.True(Count(20, number => Search(Some.Node(90_000 + number)), isKnown: true) > 15);
    }

    [Fact]
    public void New_nodes_are_learnt_at_a_bounded_rate_and_the_neighbour_itself_always()
    {
        Assert.Equal(Allowance.NewNodes.Burst, Count(10_000, Answering, isKnown: false));
        Assert.Equal(10, Count(10, Answering, isKnown: true));
        var hello = new RouteReply(Some.From(Peer, Some.Node(1)), default);
        Assert.True(_allowance.Takes(Now, hello, isKnown: false));
    }

    private int Count(int messages, Func<int, RoutedMessage> message, bool isKnown) => Enumerable.Range(0, messages)
        .Count(number => _allowance.Takes(Now, message(number), isKnown));

    private static FileSearch Search(NodeId source) =>
        new(Some.From(source, default), default, "song", null, Report: true);

    private static FileSearch Searching(int number) => Search(Some.Node(100 + number));

    private static RouteRequest Asking(int number) =>
        new(Some.From(Some.Node(number), default), default, Some.Node(1), 0);

    private static RouteReply Answering(int number) =>
        new(Some.From(Some.Node(100 + number), Some.Node(1)), default);
}
