namespace Ferry.Protocol.Wire;

/// <summary>
/// Where the sender listens, so that a neighbour can make a second link over another transport by itself. Optional: a
/// node that does not know the type ignores it.
/// </summary>
/// <param name="Addresses">As users write them, best first; replaces what was offered before.</param>
internal sealed record AddressOffer(IReadOnlyList<string> Addresses) : Message
{
    public override MessageType Type => MessageType.AddressOffer;

    internal override void Write(ref WireWriter writer) =>
        writer.Texts(Addresses, WireLimits.AddressesMax, WireLimits.AddressBytesMax);

    internal static AddressOffer Read(ref WireReader reader) =>
        new(Addresses: reader.Texts(WireLimits.AddressesMax, WireLimits.AddressBytesMax));
}
