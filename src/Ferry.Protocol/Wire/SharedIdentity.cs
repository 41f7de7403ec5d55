namespace Ferry.Protocol.Wire;

/// <summary>Tells a neighbour that another running node has its identity: somebody copied a home or a card.</summary>
/// <param name="GoesOn">The receiver is the one whose links are kept.</param>
/// <param name="OtherAddress">Where the other one is seen; empty when that is too long to say.</param>
internal sealed record SharedIdentity(bool GoesOn, string OtherAddress) : Message
{
    public override MessageType Type => MessageType.SharedIdentity;

    internal override void Write(ref WireWriter writer)
    {
        writer.Flag(GoesOn);
        writer.Text(OtherAddress, WireLimits.AddressBytesMax);
    }

    internal static SharedIdentity Read(ref WireReader reader) =>
        new(GoesOn: reader.Flag(), OtherAddress: reader.Text(WireLimits.AddressBytesMax));
}
