using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>Gives out tickets, by which nodes that this one does not know are let in.</summary>
internal sealed class Invitations(
    KnownNodes known, Listeners listeners, NetworkTalk talk, NodeId self, TimeProvider time)
{
    public const int UsesMax = 1000;
    public static readonly TimeSpan LifetimeMin = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromDays(30);

    /// <exception cref="FerryException">It cannot be kept, or there is no address in it.</exception>
    public InviteInfo Invite(InviteOptions options)
    {
        if (options.Uses is < 1 or > UsesMax)
            throw new FerryException(FailureKind.Usage, $"a ticket has from 1 to {UsesMax} uses, not {options.Uses}");
        var lifetime = TimeSpan.FromSeconds(options.Seconds);
        if (lifetime < LifetimeMin || lifetime > LifetimeMax)
        {
            throw new FerryException(
                FailureKind.Usage,
                $"a ticket is good for 1 s to {LifetimeMax.TotalDays:0} days, not {options.Seconds} s");
        }
        var addresses = Addresses();
        var expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + lifetime).ToUnixTimeSeconds());
        talk.Found();
        var ticket = new Ticket(self, known.GiveTicket(options.Uses, expires), expires, addresses);
        return new InviteInfo(ticket.Encode(), expires, options.Uses, addresses);
    }

    /// <summary>Those that another machine can dial; of a node that has none, those that this machine can.</summary>
    private List<string> Addresses()
    {
        var all = listeners.Addresses;
        var offerable = AddressAnnouncer.Offerable(all);
        List<string> addresses = [.. (offerable.Count > 0 ? offerable : all).Take(Ticket.AddressesMax)];
        if (addresses.Count > 0) return addresses;
        throw new FerryException(
            FailureKind.Failed,
            "this node listens nowhere, so nobody can come: join a network, or start with --listen");
    }
}
