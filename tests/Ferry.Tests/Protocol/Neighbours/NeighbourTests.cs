using Ferry.Protocol;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class NeighbourTests
{
    private static readonly NodeId Peer = Some.Node(5);

    private readonly Neighbour _neighbour =
        new(Peer, new Allowance(Peer, Some.Ids, new TokenBucket(new BucketSize(1, 1))));

    [Fact]
    public void Control_takes_the_cheapest_link_that_moves()
    {
        var (fast, slow) = (Add(1, 1_000_000), Add(2, 100_000));
        Assert.Equal(fast.Id, _neighbour.LinkForControl(Some.At(0)));
        fast.OnQueued(Some.At(0), 1000);
        Assert.Equal(slow.Id, _neighbour.LinkForControl(Some.At(2)));
    }

    /// <summary>The neighbour may have restarted in between: what it said before may lead in a circle.</summary>
    [Fact]
    public void Way_leads_only_over_links_that_were_up_when_the_neighbour_spoke_of_it()
    {
        var old = Add(1, 100_000);
        var fresh = Add(2, 1_000_000, upSince: 10);
        Assert.Equal(old.Id, _neighbour.LinkForControl(Some.At(11), heardAt: Some.At(9)));
        Assert.Equal(old.Id, _neighbour.RoomForOwnPiece(Some.At(11), heardAt: Some.At(9), 1 << 20).Link);
        Assert.True(_neighbour.RoomForOwnPiece(Some.At(11), heardAt: Some.At(9), 1 << 20).OnSomeLinksOnly);
        Assert.False(_neighbour.RoomForOwnPiece(Some.At(11), heardAt: Some.At(10), 1 << 20).OnSomeLinksOnly);
        Assert.Same(old, _neighbour.LinkForPassedOn(Some.At(11), heardAt: Some.At(9), 1000));
        Assert.Equal(fresh.Id, _neighbour.LinkForControl(Some.At(11), heardAt: Some.At(10)));
        Assert.Equal(Some.At(0), _neighbour.InUseSince);
        _neighbour.Remove(old);
        Assert.Equal(Some.At(10), _neighbour.InUseSince);
    }

    [Fact]
    public void Only_link_takes_pieces_of_any_size_and_one_of_several_what_suits_it()
    {
        Add(1, 200_000);
        Assert.Equal(WireLimits.PieceBytesMax, OwnPiece());
        Add(2, 100_000);
        Assert.Equal(50_000, OwnPiece());
    }

    [Fact]
    public void Cost_is_that_of_all_links_together()
    {
        var one = Add(1, 1 << 20);
        Assert.Equal(one.Cost, _neighbour.Cost);
        Add(2, 1 << 20);
        Assert.Equal(one.Cost / 2, _neighbour.Cost);
    }

    [Fact]
    public void Slow_link_beside_a_fast_one_stands_by()
    {
        Add(1, 1_000_000);
        Add(2, 10_000, "bluetooth");
        Assert.Equal("tcp", _neighbour.Transports);
        Assert.Equal(
            [("tcp", LinkRole.Bulk), ("bluetooth", LinkRole.Standby)],
            _neighbour.Status(Some.At(0)).Select(link => (link.Transport, link.Role)));
    }

    [Fact]
    public void Comparable_links_carry_together()
    {
        Add(1, 300_000, "bluetooth");
        Add(2, 1_000_000);
        Assert.Equal("bluetooth+tcp", _neighbour.Transports);
        Assert.All(_neighbour.Status(Some.At(0)), link => Assert.Equal(LinkRole.Bulk, link.Role));
    }

    private int OwnPiece() => _neighbour.RoomForOwnPiece(Some.At(0), Some.At(0), 1 << 20).PieceBytesMax;

    private Link Add(int number, long rate, string transport = "tcp", double upSince = 0)
    {
        var traits = new LinkTraits(transport, 1000, rate, TimeSpan.FromMilliseconds(1));
        var up = Some.LinkUp(number, Peer, traits: traits, path: $"path {number}");
        var link = new Link(up, Some.At(upSince), new Deadlines());
        _neighbour.Add(link);
        return link;
    }
}
