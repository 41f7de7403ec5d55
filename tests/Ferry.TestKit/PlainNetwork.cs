using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.TestKit;

/// <summary>
/// A network without cryptography: a box is the network's number and what was said, with every bit turned. A message
/// opens at nodes of the same network, when its ends are those for which it was sealed.
/// </summary>
/// <param name="number">Which network; 0 for none.</param>
internal sealed class PlainNetwork(byte number = 0) : INetworkSeals
{
    private const int HeadBytes = 1 + 2 * Bytes32.Length;

    public Dictionary<NodeId, PeerStanding> Standings { get; } = [];

    /// <summary>0 for none.</summary>
    public byte Number { get; set; } = number;

    public bool IsMember() => Number != 0;

    public RoutedMessage? Seal(RoutedMessage message)
    {
        if (Number == 0) return null;
        byte[] box = [Number, .. SealedForm.Associated(message), .. Turned(SealedForm.Inner(message))];
        return SealedForm.Box(message, box);
    }

    public RoutedMessage? Open(RoutedMessage message)
    {
        var box = SealedForm.BoxOf(message).Span;
        if (Number == 0 || box.Length < HeadBytes || box[0] != Number) return null;
        if (!box[1..HeadBytes].SequenceEqual(SealedForm.Associated(message))) return null;
        return SealedForm.Unbox(message, Turned(box[HeadBytes..]));
    }

    public PeerStanding StandingOf(NodeId node) => Standings.GetValueOrDefault(node);

    private static byte[] Turned(ReadOnlySpan<byte> bytes)
    {
        var turned = bytes.ToArray();
        for (var at = 0; at < turned.Length; at++) turned[at] = (byte)~turned[at];
        return turned;
    }
}
