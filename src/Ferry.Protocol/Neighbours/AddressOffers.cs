using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// Offers this node's addresses to its neighbours, and hands theirs to the driver. Whether to dial them is the driver's
/// decision: to the core an address is opaque text. docs/protocol.md §2.6.
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
