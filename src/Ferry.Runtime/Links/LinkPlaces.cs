using Ferry.Transports;

namespace Ferry.Runtime.Links;

/// <summary>
/// Which strangers find a place among the links. A part is reserved for nodes that the user knows, and one host,
/// however many keys it has, takes a part of the rest only (an IPv6 network of 64 bits is one host). Programs of this
/// machine have no such bound: its user started them.
/// </summary>
/// <param name="addresses">Of the links that are up.</param>
internal sealed class LinkPlaces(int linksMax, Func<IEnumerable<string>> addresses)
{
    /// <summary>One host takes one part of so many.</summary>
    public const int PartsForHost = 8;

    /// <summary>One part of so many is for nodes that the user knows.</summary>
    public const int PartsReserved = 4;

    public int OfStrangersMax { get; } = linksMax - linksMax / PartsReserved;
    public int OfHostMax { get; } = Math.Max(1, linksMax / PartsForHost);

    /// <param name="address">Where the stranger is.</param>
    public bool HasRoomFor(string address)
    {
        var (origin, all, ofHost) = (AddressOrigin.Of(address), 0, 0);
        foreach (var other in addresses())
        {
            all++;
            if (AddressOrigin.Of(other) == origin) ofHost++;
        }
        return all < OfStrangersMax && (ofHost < OfHostMax || AddressOrigin.IsThisMachine(address));
    }
}
