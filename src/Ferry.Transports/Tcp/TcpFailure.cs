using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>What the system's socket errors mean to a user.</summary>
internal static class TcpFailure
{
    /// <summary>Of an address that nobody can be connected to; null for all others.</summary>
    public static LinkFailure? OfTarget(NodeAddress.Tcp target)
    {
        if (target.Port == 0)
        {
            return new(
                LinkFailureKind.BadAddress,
                $"{target} has port 0, which nobody can be reached at: give the port that the other node shows");
        }
        if (!IPAddress.TryParse(target.Host, out var address)) return null;
        if (TcpAddresses.IsWildcard(address))
        {
            return new(
                LinkFailureKind.BadAddress,
                $"{target.Host} means all addresses of a machine and leads to none: 'ferry status' on the other "
                    + "machine shows where it can be joined");
        }
        return address is { IsIPv6LinkLocal: true, ScopeId: 0 } ? WithoutCard(target) : null;
    }

    /// <summary>The system takes a card that it does not have for none.</summary>
    private static LinkFailure WithoutCard(NodeAddress.Tcp target)
    {
        var scope = target.Host.IndexOf('%');
        var address = scope < 0 ? target.Host : target.Host[..scope];
        var port = target.Port == NodeAddress.DefaultPort ? "" : $":{target.Port}";
        var why = scope < 0
            ? $"{address} is an address on one cable or Wi-Fi only"
            : $"this machine has no network interface '{target.Host[(scope + 1)..]}'";
        return new(
            LinkFailureKind.BadAddress,
            $"{why}: behind a '%' give this machine's own name for the interface that leads to the other one, "
                + $"join [{address}%{OwnAddresses.SomeCard() ?? "eth0"}]{port}");
    }

    /// <param name="own">The loopback address that the target means; null for another machine.</param>
    public static LinkFailure OfRefusal(NodeAddress.Tcp target, IPAddress? own)
    {
        if (own is null) return OfConnect(target, SocketError.ConnectionRefused, string.Empty);
        var meaning = target.Host == own.ToString() ? $"{target} is" : $"{target} means {own} here, which is";
        return new(
            LinkFailureKind.ConnectionRefused,
            $"{meaning} this machine itself, and no Ferry node listens there: to join another machine give its IP "
                + "address, such as 192.168.1.7");
    }

    public static LinkFailure OfConnect(NodeAddress.Tcp target, SocketError error, string systemText) => error switch
    {
        SocketError.ConnectionRefused => new(
            LinkFailureKind.ConnectionRefused,
            $"the machine at {target} answers, but no Ferry node listens there: "
                + "start one with 'ferry node', or check the port"),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            or SocketError.AddressNotAvailable => new(
            LinkFailureKind.Unreachable,
            $"there is no way to {target}: check that both machines are on the same network"),
        SocketError.TimedOut => new(
            LinkFailureKind.TimedOut,
            $"{target} did not answer within {TcpTransport.ConnectTimeLimit.TotalSeconds:0} s: "
                + "check the address, that the machine is on, and its firewall"),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => new(
            LinkFailureKind.NameNotKnown,
            $"no machine is known by the name '{target.Host}': check the name, or use the machine's IP address"),
        _ => new(LinkFailureKind.Unreachable, $"{target} cannot be reached: {systemText}"),
    };

    public static LinkFailure OfListen(NodeAddress.Tcp target, SocketError error, string systemText) => error switch
    {
        SocketError.AddressAlreadyInUse => new(
            LinkFailureKind.AddressInUse,
            $"port {target.Port} is in use by another program, perhaps another Ferry node: "
                + $"stop it, or choose another port with --listen tcp://{target.Host}:PORT (port 0 takes a free one)"),
        SocketError.AccessDenied => new(
            LinkFailureKind.CannotListen,
            $"the system does not allow listening at port {target.Port}: choose one above 1023"),
        SocketError.AddressNotAvailable => new(
            LinkFailureKind.CannotListen,
            $"{target.Host} is not an address of this machine: use tcp://[::]:{target.Port} to listen at all of them"),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new(
            LinkFailureKind.NameNotKnown,
            $"no machine is known by the name '{target.Host}': tcp://[::]:{target.Port} listens at all addresses"),
        _ => new(LinkFailureKind.CannotListen, $"listening at {target} does not work: {systemText}"),
    };
}
