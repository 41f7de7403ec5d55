using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Transports;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>Makes links, by dialing addresses and from accepted connections, and announces them to the core.</summary>
/// <param name="dialing">For handshakes that this node began.</param>
/// <param name="accepting">For handshakes that others began.</param>
internal sealed class LinkFactory(
    TransportSet transports, HandshakeSettings dialing, HandshakeSettings accepting, LinkTable links,
    NetworkTalk talk, NodeLoop loop)
{
    /// <summary>A <see cref="DialNode"/>.</summary>
    public Task<Outcome<DialedPeer>> DialNodeAsync(string address, NodeId expected, CancellationToken cancel) =>
        DialAsync(address, dialing, expected, isJoin: false, cancel);

    /// <summary>
    /// Connects to a member that was found. It need not know this node: unless a passphrase is to be proven, both prove
    /// that they have the network's key.
    /// </summary>
    public Task<Outcome<DialedPeer>> DialMemberAsync(
        string address, NodeId member, NetworkSecret key, CancellationToken cancel) =>
        DialAsync(
            address, dialing.Passphrase is null ? dialing with { Ticket = key.LinkSecret } : dialing, member,
            isJoin: false, cancel);

    /// <summary>Connects to a node that may prove the same passphrase.</summary>
    public Task<Outcome<DialedPeer>> DialStrangerAsync(string address, CancellationToken cancel) =>
        DialAsync(address, dialing, expected: null, isJoin: false, cancel);

    /// <summary>Connects to the inviter at one of its addresses, and proves the ticket.</summary>
    public Task<Outcome<DialedPeer>> DialTicketAsync(string address, Ticket ticket, CancellationToken cancel) =>
        DialAsync(address, dialing with { Ticket = ticket.Secret }, ticket.Inviter, isJoin: true, cancel);

    /// <summary>Takes the connection over. Null when it became a link.</summary>
    public async Task<LinkFailure?> AcceptAsync(IConnection connection, CancellationToken cancel)
    {
        var link = await Handshake.ListenAsync(connection, accepting, cancel);
        if (!link.Succeeded) return link.Failure;
        await AnnounceAsync(link.Value);
        return null;
    }

    /// <summary>A <see cref="Dial"/>.</summary>
    public Task<Outcome<DialedPeer>> DialAsync(string address, NodeId? expected, CancellationToken cancel) =>
        DialAsync(address, dialing, expected, isJoin: true, cancel);

    private async Task<Outcome<DialedPeer>> DialAsync(
        string address, HandshakeSettings settings, NodeId? expected, bool isJoin, CancellationToken cancel)
    {
        var connection = await transports.ConnectAsync(address, cancel);
        if (!connection.Succeeded) return connection.Failure;
        var link = await Handshake.DialAsync(connection.Value, settings, expected, cancel);
        if (!link.Succeeded) return link.Failure;
        if (isJoin) talk.OnJoined(link.Value.Peer);
        var id = await AnnounceAsync(link.Value);
        await talk.WhenToldAsync(id, cancel);
        var (join, traits) = (link.Value.PeerJoin, link.Value.Traits);
        return Outcome<DialedPeer>.Of(new DialedPeer(join.Node, join.Nickname, traits.Transport, link.Value.Path));
    }

    /// <summary>Returns when the core knows the link: a search that is told afterwards goes out over it.</summary>
    private async Task<LinkId> AnnounceAsync(SecureLink link)
    {
        var id = links.Add(link);
        try
        {
            var up = new Input.LinkUp(id, link.PeerJoin, link.Traits, link.Path, link.Address, link.Dialed);
            await loop.TellAsync(up, CancellationToken.None);
        }
        catch (FerryException)
        {
            // The node is stopping: the loop will not start this link.
            links.Remove(id);
            await link.DisposeAsync();
        }
        return id;
    }
}
