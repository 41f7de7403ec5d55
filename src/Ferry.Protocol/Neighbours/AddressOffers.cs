using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// Tells neighbours where this node listens, and the node's owner where neighbours do. What to make of it is the
/// owner's: the core knows no addresses. docs/protocol.md §2.6.
/// </summary>
internal sealed class AddressOffers(Neighbourhood neighbours)
{
    private AddressOffer _own = new([]);

    public void OnListening(Instant now, IReadOnlyList<string> addresses, Outbox outbox)
    {
        if (addresses.SequenceEqual(_own.Addresses)) return;
        _own = new AddressOffer(addresses);
        foreach (var neighbour in neighbours.All) outbox.Send(neighbour.LinkForControl(now), _own);
    }

    public void OnLinkUp(LinkId link, Outbox outbox)
    {
        if (_own.Addresses.Count > 0) outbox.Send(link, _own);
    }

    public void OnOffer(LinkId link, AddressOffer offer, Outbox outbox)
    {
        if (neighbours.Find(link) is { } neighbour)
            outbox.Tell(new Notice.AddressesOffered(neighbour.Node, offer.Addresses));
    }
}
