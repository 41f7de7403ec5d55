using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;

namespace Ferry.Runtime.Seals;

/// <summary>Seals what members say with the key of the network, and knows whom the user trusts, joined or blocks.
/// </summary>
internal sealed class NetworkSeals(NetworkKeys keys, KnownNodes known, JoinedAddresses joined) : INetworkSeals
{
    public bool IsMember() => keys.Current is not null;

    public RoutedMessage? Seal(RoutedMessage message)
    {
        if (keys.Current is not { } key) return null;
        var box = key.Seal(SealedForm.Inner(message), SealedForm.Associated(message));
        return SealedForm.Box(message, box);
    }

    public RoutedMessage? Open(RoutedMessage message)
    {
        var box = SealedForm.BoxOf(message).Span;
        if (NetworkSecret.TagOf(box) is not { } tag || keys.Find(tag) is not { } key) return null;
        return key.Open(box, SealedForm.Associated(message)) is { } inner ? SealedForm.Unbox(message, inner) : null;
    }

    /// <summary>Before this node belongs to a network, those that it joined are all that it knows.</summary>
    public PeerStanding StandingOf(NodeId node)
    {
        if (known.IsBlocked(node)) return PeerStanding.Blocked;
        return known.IsTrusted(node) || (keys.Current is null && joined.IsPinned(node))
            ? PeerStanding.Known : PeerStanding.Stranger;
    }
}
