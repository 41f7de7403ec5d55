using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class AddressOffersTests
{
    private static readonly NodeId Peer = Some.Node(2);
    private static readonly string[] Own = ["tcp://192.168.1.7:4747", "bluetooth://AA:BB:CC:DD:EE:FF/3"];

    private readonly Outbox _outbox = new();
    private readonly Engine _engine = new(
        Some.Options(Some.Node(1)), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty);

    public AddressOffersTests() => _engine.Start(Some.At(0), _outbox);

    [Fact]
    public void Neighbours_are_told_where_this_node_listens_now_and_as_they_come()
    {
        Handle(Some.LinkUp(2, Peer));
        Handle(new Input.Listening(Own));
        Handle(Some.LinkUp(3, Some.Node(3)));
        var told = _outbox.Sent<AddressOffer>();
        Assert.Equal([Some.Link(2), Some.Link(3)], told.Select(one => one.Link));
        Assert.All(told, one => Assert.Equal(Own, one.Message.Addresses));
    }

    [Fact]
    public void Nothing_new_is_not_told()
    {
        Handle(Some.LinkUp(2, Peer));
        Handle(new Input.Listening([]));
        Handle(new Input.Listening(Own));
        Handle(new Input.Listening([.. Own]));
        Assert.Single(_outbox.Sent<AddressOffer>());
    }

    [Fact]
    public void Node_that_listens_no_more_says_so()
    {
        Handle(Some.LinkUp(2, Peer));
        Handle(new Input.Listening(Own));
        Handle(new Input.Listening([]));
        Assert.Empty(_outbox.Sent<AddressOffer>()[^1].Message.Addresses);
    }

    [Fact]
    public void Link_that_is_refused_as_a_twin_is_told_nothing()
    {
        Handle(new Input.Listening(Own));
        Handle(Some.LinkUp(2, Peer, dialed: true));
        Handle(Some.LinkUp(3, Peer, dialed: false));
        Assert.Equal(Some.Link(2), Assert.Single(_outbox.Sent<AddressOffer>()).Link);
    }

    [Fact]
    public void Offer_of_a_neighbour_is_told_to_the_owner()
    {
        Handle(Some.LinkUp(2, Peer));
        Handle(new Input.Received(Some.Link(2), new AddressOffer(Own), Body: null));
        Handle(new Input.Received(Some.Link(9), new AddressOffer(Own), Body: null));
        var notice = Assert.Single(_outbox.Effects<Effect.Tell>()).Notice;
        var offered = Assert.IsType<Notice.AddressesOffered>(notice);
        Assert.Equal(Peer, offered.Node);
        Assert.Equal(Own, offered.Addresses);
    }

    private void Handle(Input input) => _engine.Handle(Some.At(1), input, _outbox);
}
