using System.Net.Sockets;
using Ferry.Transports.Bluetooth.DBus;

namespace Ferry.Transports.Bluetooth;

/// <summary>What failures of Bluetooth mean to a user.</summary>
internal static class BluetoothFailure
{
    public static LinkFailure NoAdapter { get; } = new(
        LinkFailureKind.NoSuchTransport,
        "this machine has no Bluetooth adapter: plug one in, or use Wi-Fi with an IP address, such as 192.168.1.7");

    public static LinkFailure NotThisSystem { get; } = new(
        LinkFailureKind.NoSuchTransport,
        "Bluetooth works on Linux only in this version: use the machine's IP address, such as 192.168.1.7");

    public static LinkFailure Busy { get; } = new(
        LinkFailureKind.Busy,
        "a transfer is using Bluetooth, and looking around would stop it: try again when it is over ('transfers')");

    public static LinkFailure CannotDiscover(BusException why) => new(
        LinkFailureKind.NoSuchTransport, $"nobody can be looked for over Bluetooth: {why.ForPeople}");

    /// <summary>The system refuses to make a Bluetooth socket at all.</summary>
    public static LinkFailure OfSystem(SocketError error, string systemText) => error switch
    {
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported
            => new(
                LinkFailureKind.NoSuchTransport,
                "this machine's kernel has no Bluetooth: load its modules ('modprobe bluetooth', 'modprobe rfcomm') "
                    + "if there is an adapter, or use Wi-Fi"),
        SocketError.AccessDenied => new(
            LinkFailureKind.NoSuchTransport,
            "the system does not let this program use Bluetooth: run it outside its container or sandbox, or allow "
                + "Bluetooth sockets there"),
        _ => new(LinkFailureKind.NoSuchTransport, $"Bluetooth cannot be used: {systemText}"),
    };

    public static LinkFailure NoSuchAdapter(string asked, IReadOnlyList<BluetoothAdapter> adapters) =>
        adapters.Count == 0 ? NoAdapter : new(
            LinkFailureKind.NoSuchTransport,
            $"this machine has no Bluetooth adapter {asked}: it has "
                + $"{string.Join(", ", adapters.Select(adapter => $"{adapter.Name} ({adapter.Address})"))}");

    /// <summary>Null when the adapter is on.</summary>
    public static LinkFailure? OfState(BluetoothAdapter adapter) => adapter.State switch
    {
        AdapterState.Off => new(
            LinkFailureKind.Unreachable,
            $"the Bluetooth adapter {adapter.Name} is off: turn it on with 'bluetoothctl power on'"),
        AdapterState.Blocked => new(
            LinkFailureKind.Unreachable,
            $"the Bluetooth adapter {adapter.Name} is blocked: unblock it with 'rfkill unblock bluetooth', or with the "
                + "machine's own switch"),
        _ => null,
    };

    public static LinkFailure OfConnect(NodeAddress.Bluetooth target, SocketError error, string systemText) =>
        error switch
        {
            SocketError.ConnectionRefused => new(
                LinkFailureKind.ConnectionRefused,
                $"the device at {target} answers, but no Ferry node listens there: "
                    + "start one with 'ferry node --listen bluetooth://hci0', or check the channel"),
            SocketError.HostDown => new(
                LinkFailureKind.Unreachable,
                $"{target} is out of range, off, or does not take connections: check the address, and bring the two "
                    + "devices within ten metres"),
            SocketError.AccessDenied => new(
                LinkFailureKind.Unreachable,
                $"{target} does not pair with this machine: pair the two once ('bluetoothctl pair {target.Address}'), "
                    + "or remove an old pairing on either side and try again"),
            SocketError.TimedOut => new(
                LinkFailureKind.TimedOut,
                $"{target} did not answer in time: bring the two devices closer together, and look whether one of them "
                    + "asks to confirm a pairing"),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => new(
                LinkFailureKind.Unreachable, $"no Bluetooth adapter of this machine that is on can reach {target}"),
            SocketError.ConnectionReset or SocketError.ConnectionAborted => new(
                LinkFailureKind.Unreachable, $"{target} broke the connection off before it was made: try again"),
            _ => new(LinkFailureKind.Unreachable, $"{target} cannot be reached: {systemText}"),
        };

    /// <summary>The device's list of services has no Ferry node.</summary>
    public static LinkFailure NoService(NodeAddress.Bluetooth target) => new(
        LinkFailureKind.ConnectionRefused,
        $"the device at {target} answers, but its list of services has no Ferry node: start one with "
            + "'ferry node --listen bluetooth://hci0', or give its channel (join AA:BB:CC:DD:EE:FF/CHANNEL)");

    public static LinkFailure OfListen(BluetoothAdapter adapter, int? channel, SocketError error, string systemText) =>
        error switch
        {
            SocketError.AddressAlreadyInUse => new(
                LinkFailureKind.AddressInUse,
                channel is null
                    ? $"all channels of the Bluetooth adapter {adapter.Name} are in use: stop a program "
                        + "that listens there"
                    : $"channel {channel} of the Bluetooth adapter {adapter.Name} is in use by another program, "
                        + "perhaps another Ferry node: leave the channel out to take a free one, "
                        + $"bluetooth://{adapter.Name}"),
            SocketError.AccessDenied => OfSystem(error, systemText),
            _ => new(
                LinkFailureKind.CannotListen,
                $"listening at the Bluetooth adapter {adapter.Name} does not work: {systemText}"),
        };
}
