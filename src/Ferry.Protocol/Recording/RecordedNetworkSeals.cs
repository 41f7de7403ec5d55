using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>A network whose answers are noted, like those of the key ring.</summary>
public sealed class RecordedNetworkSeals(INetworkSeals network, Action<SealCall> note) : INetworkSeals
{
    public bool IsMember()
    {
        var isMember = network.IsMember();
        note(new SealCall.MemberAsked(isMember));
        return isMember;
    }

    public RoutedMessage? Seal(RoutedMessage message)
    {
        var boxed = network.Seal(message);
        note(new SealCall.Boxed(boxed));
        return boxed;
    }

    public RoutedMessage? Open(RoutedMessage message)
    {
        var said = network.Open(message);
        note(new SealCall.Unboxed(said));
        return said;
    }

    public PeerStanding StandingOf(NodeId node)
    {
        var standing = network.StandingOf(node);
        note(new SealCall.StandingAsked(node, standing));
        return standing;
    }
}
