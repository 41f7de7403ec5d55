using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol;

/// <summary>Two to four engines get a file from one to another, with nothing between them but queues.</summary>
public sealed class SmallNetworkTests
{
    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(30);
    private static readonly Manifest File = Some.Content(30);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void File_goes_from_one_end_of_a_line_to_the_other(int nodes)
    {
        var network = new SmallNetwork(nodes);
        for (var node = 1; node < nodes; node++) network.Join(node - 1, node);
        network[nodes - 1].Share(File);
        network[0].Request(File);
        Assert.True(network.RunUntil(() => network[0].Has(File), Minutes));
        Assert.True(IsSettled(network, nodes));
        var completed = Assert.Single(network[0].Notices.OfType<Notice.DownloadCompleted>());
        Assert.Equal((File.Layout.ContentBytes, 0L), (completed.Status.DurableBytes, completed.Status.ResentBytes));
        Assert.Equal(File.Layout.ContentBytes, network[nodes - 1].SentBytes);
        Assert.Equal("completed", Assert.Single(network[nodes - 1].Notices.OfType<Notice.UploadEnded>()).Reason);
    }

    [Fact]
    public void Two_holders_share_the_work()
    {
        var file = Some.Content(600);
        var network = new SmallNetwork(3);
        network.Join(0, 1);
        network.Join(0, 2);
        network[1].Share(file);
        network[2].Share(file);
        network[0].Request(file);
        Assert.True(network.RunUntil(() => network[0].Has(file), Minutes));
        Assert.True(network[1].SentBytes > 0 && network[2].SentBytes > 0);
        Assert.True(IsSettled(network, 3));
    }

    [Fact]
    public void Transfer_takes_the_other_way_when_its_own_is_cut()
    {
        var network = new SmallNetwork(4);
        var cuts = new[] { network.Join(0, 1), network.Join(0, 2) };
        network.Join(1, 3);
        network.Join(2, 3);
        network[3].Share(Some.Content(2000));
        network[0].Request(Some.Content(2000));
        Assert.True(network.RunUntil(() => network[3].SentBytes > 1 << 20, Minutes));
        var way = network[0].Engine.Routes(network.Now).Single(
            route => route.Destination == network[3].Id && route.Verdict == RouteVerdict.InUse);
        cuts[way.NextHop == network[1].Id ? 0 : 1]();
        Assert.False(network[0].Has(Some.Content(2000)));
        Assert.True(network.RunUntil(() => network[0].Has(Some.Content(2000)), Minutes));
        Assert.True(IsSettled(network, 4));
    }

    /// <summary>Links come and go while the file is on its way; once they stay, it arrives.</summary>
    [Fact]
    public void File_arrives_whatever_links_do_as_long_as_there_are_some_in_the_end() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), ArrivesAfterAStorm)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData(35546475)]
    public void Storm_that_once_left_something_behind_does_so_no_more(int seed) =>
        Assert.True(ArrivesAfterAStorm(seed));

    private static bool ArrivesAfterAStorm(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var nodes = 2 + random.Next(3);
        var network = new SmallNetwork(nodes);
        var cuts = new List<Action>();
        network[nodes - 1].Share(File);
        network[0].Request(File);
        for (var change = 0; change < 12; change++)
        {
            if (cuts.Count > 0 && random.Next(2) == 0)
            {
                var cut = cuts[random.Next(cuts.Count)];
                cuts.Remove(cut);
                cut();
            }
            else
            {
                var left = random.Next(nodes);
                cuts.Add(network.Join(left, (left + 1 + random.Next(nodes - 1)) % nodes));
            }
            network.RunUntil(() => false, TimeSpan.FromMilliseconds(random.Next(400)));
        }
        for (var node = 1; node < nodes; node++) network.Join(node - 1, node);
        return network.RunUntil(() => network[0].Has(File), Minutes) && IsSettled(network, nodes);
    }

    /// <summary>In the end the logs are empty and every body has ended once.</summary>
    private static bool IsSettled(SmallNetwork network, int nodes)
    {
        bool LogsAreEmpty() => Enumerable.Range(0, nodes).All(node => network[node].Log.Count == 0);
        return network.RunUntil(LogsAreEmpty, Minutes)
            && !network.RunUntil(() => false, TimeSpan.FromSeconds(1))
            && Enumerable.Range(0, nodes).All(node => network[node].Engine.Downloads(network.Now).Count == 0)
            && network.Bodies.All(body => body.Ends == 1);
    }
}
