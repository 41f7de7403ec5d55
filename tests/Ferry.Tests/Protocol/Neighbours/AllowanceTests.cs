using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class AllowanceTests
{
    private static readonly NodeId Peer = Some.Node(5);
    private static readonly Instant Now = Some.At(100);

    private readonly TokenBucket _keys = new(Allowance.KeysOfAll);
    private readonly Allowance _allowance;

    public AllowanceTests() => _allowance = new Allowance(Peer, Some.Ids, _keys);

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

    /// <summary>Else a megabyte a second of offers under made-up ids takes a whole core.</summary>
    [Fact]
    public void Key_offers_are_bounded_by_source_by_neighbour_and_in_all()
    {
        Assert.Equal(Allowance.KeysOfSource.Burst, Offers(_allowance, sources: 1));
        Assert.Equal(Allowance.KeysOfNeighbour.Burst - Allowance.KeysOfSource.Burst, Offers(_allowance, sources: 5000));
        var others = Enumerable.Range(10, 5).Sum(node => Offers(new(Some.Node(node), Some.Ids, _keys), sources: 5000));
        Assert.Equal(Allowance.KeysOfAll.Burst - Allowance.KeysOfNeighbour.Burst, others);
    }

    private static int Offers(Allowance allowance, int sources) => Enumerable.Range(0, 5000).Count(number =>
        allowance.Answers(Now, new TransferRequest(
            Some.From(Some.Node(100 + number % sources), Some.Node(1)), Some.Transfer(number), Some.Content(1).Id, [],
            WireLimits.PieceBytesMax, WireLimits.PieceBytesMax, Again: false, new byte[] { 1 })));

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
