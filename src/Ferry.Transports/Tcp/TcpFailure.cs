using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>What the system's socket errors mean to a user.</summary>
internal static class TcpFailure
{
    public static LinkFailure OfConnect(NodeAddress.Tcp target, SocketError error, string systemText) => error switch
    {
        SocketError.ConnectionRefused => new(
            LinkFailureKind.ConnectionRefused,
            $"The machine at {target} answers, but no Ferry node listens there. "
                + "Start one with 'ferry node', or check the port."),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            or SocketError.AddressNotAvailable => new(
            LinkFailureKind.Unreachable,
            $"There is no way to {target}. Check that both machines are on the same network."),
        SocketError.TimedOut => new(
            LinkFailureKind.TimedOut,
            $"{target} did not answer within {TcpTransport.ConnectTimeLimit.TotalSeconds:0} s. "
                + "Check the address, that the machine is on, and its firewall."),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => new(
            LinkFailureKind.NameNotKnown,
            $"No machine is known by the name '{target.Host}'. Check the name, or use the machine's IP address."),
        _ => new(LinkFailureKind.Unreachable, $"{target} cannot be reached: {systemText}."),
    };

    public static LinkFailure OfListen(NodeAddress.Tcp target, SocketError error, string systemText) => error switch
    {
        SocketError.AddressAlreadyInUse => new(
            LinkFailureKind.AddressInUse,
            $"Port {target.Port} is in use by another program, perhaps another Ferry node. "
                + $"Stop it, or choose another port with --listen tcp://{target.Host}:PORT; port 0 takes a free one."),
        SocketError.AccessDenied => new(
            LinkFailureKind.CannotListen,
            $"The system does not allow listening at port {target.Port}. Choose one above 1023."),
        SocketError.AddressNotAvailable => new(
            LinkFailureKind.CannotListen,
            $"{target.Host} is not an address of this machine. Use 0.0.0.0 to listen at all of them."),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new(
            LinkFailureKind.NameNotKnown, $"No machine is known by the name '{target.Host}'."),
        _ => new(LinkFailureKind.CannotListen, $"Listening at {target} does not work: {systemText}."),
    };
}
