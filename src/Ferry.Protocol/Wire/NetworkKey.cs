using System.Text;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// Tells a neighbour that is a member of the network the key that its members share. Never passed on as it stands, and
/// never shown to the core: who drives it takes the message out of the link.
/// </summary>
/// <param name="Key">A secret.</param>
public sealed record NetworkKey(Bytes32 Key) : Message
{
    public override MessageType Type => MessageType.NetworkKey;

    internal override void Write(ref WireWriter writer) => writer.Digest(Key);

    internal static NetworkKey Read(ref WireReader reader) => new(reader.Digest());

    /// <summary>So that no text made of it shows the key.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Key = secret");
        return true;
    }
}
