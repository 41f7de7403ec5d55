using System.Net.Sockets;
using Ferry.Transports.Bluetooth.DBus;

namespace Ferry.Transports.Bluetooth;

/// <summary>What is amiss with Bluetooth, as users need to hear it.</summary>
internal static class BluetoothFailure
{
    public static LinkFailure NoAdapter { get; } = new(
        LinkFailureKind.NoSuchTransport,
        "This machine has no Bluetooth adapter. Plug one in, or use Wi-Fi: give an IP address, such as 192.168.1.7.");

    public static LinkFailure NotThisSystem { get; } = new(
        LinkFailureKind.NoSuchTransport,
        "Bluetooth works on Linux only in this version. Use the machine's IP address, such as 192.168.1.7.");

    public static LinkFailure Busy { get; } = new(
        LinkFailureKind.Busy,
        "A transfer is using Bluetooth, and looking around would stop it. Try again when it is over ('transfers').");

    public static LinkFailure CannotDiscover(BusException why) => new(
        LinkFailureKind.NoSuchTransport, $"Nobody can be looked for over Bluetooth, because {why.ForPeople}.");

    /// <summary>The system refuses to make a Bluetooth socket at all.</summary>
    public static LinkFailure OfSystem(SocketError error, string systemText) => error switch
    {
        SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported
            => new(
                LinkFailureKind.NoSuchTransport,
                "This machine's kernel has no Bluetooth. Load its modules ('modprobe bluetooth', 'modprobe rfcomm') "
                    + "if there is an adapter, or use Wi-Fi."),
        SocketError.AccessDenied => new(
            LinkFailureKind.NoSuchTransport,
            "The system does not let this program use Bluetooth. Run it outside its container or sandbox, or allow "
                + "Bluetooth sockets there."),
        _ => new(LinkFailureKind.NoSuchTransport, $"Bluetooth cannot be used: {systemText}."),
    };

    public static LinkFailure NoSuchAdapter(string asked, IReadOnlyList<BluetoothAdapter> adapters) =>
        adapters.Count == 0 ? NoAdapter : new(
            LinkFailureKind.NoSuchTransport,
            $"This machine has no Bluetooth adapter {asked}. It has "
                + $"{string.Join(", ", adapters.Select(adapter => $"{adapter.Name} ({adapter.Address})"))}.");

    /// <summary>Null when the adapter is on.</summary>
    public static LinkFailure? OfState(BluetoothAdapter adapter) => adapter.State switch
    {
        AdapterState.Off => new(
            LinkFailureKind.Unreachable,
            $"The Bluetooth adapter {adapter.Name} is off. Turn it on with 'bluetoothctl power on'."),
        AdapterState.Blocked => new(
            LinkFailureKind.Unreachable,
            $"The Bluetooth adapter {adapter.Name} is blocked. Unblock it with 'rfkill unblock bluetooth', or with the "
                + "machine's own switch."),
        _ => null,
    };

    public static LinkFailure OfConnect(NodeAddress.Bluetooth target, SocketError error, string systemText) =>
        error switch
        {
            SocketError.ConnectionRefused => new(
                LinkFailureKind.ConnectionRefused,
                $"The device at {target} answers, but no Ferry node listens there. "
                    + "Start one with 'ferry node --listen bluetooth://hci0', or check the channel."),
            SocketError.HostDown => new(
                LinkFailureKind.Unreachable,
                $"{target} is out of range, off, or does not take connections. Check the address, and bring the two "
                    + "devices within ten metres."),
            SocketError.AccessDenied => new(
                LinkFailureKind.Unreachable,
                $"{target} does not pair with this machine. Pair the two once ('bluetoothctl pair {target.Address}'), "
                    + "or remove an old pairing on either side and try again."),
            SocketError.TimedOut => new(
                LinkFailureKind.TimedOut,
                $"{target} did not answer in time. Bring the two devices closer together, and look whether one of them "
                    + "asks to confirm a pairing."),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => new(
                LinkFailureKind.Unreachable, $"No Bluetooth adapter of this machine that is on can reach {target}."),
            SocketError.ConnectionReset or SocketError.ConnectionAborted => new(
                LinkFailureKind.Unreachable, $"{target} broke the connection off before it was made. Try again."),
            _ => new(LinkFailureKind.Unreachable, $"{target} cannot be reached: {systemText}."),
        };

    /// <summary>The device's list of services has no Ferry node.</summary>
    public static LinkFailure NoService(NodeAddress.Bluetooth target) => new(
        LinkFailureKind.ConnectionRefused,
        $"The device at {target} answers, but its list of services has no Ferry node. Start one with "
            + "'ferry node --listen bluetooth://hci0', or give its channel: join AA:BB:CC:DD:EE:FF/CHANNEL.");

    public static LinkFailure OfListen(BluetoothAdapter adapter, int? channel, SocketError error, string systemText) =>
        error switch
        {
            SocketError.AddressAlreadyInUse => new(
                LinkFailureKind.AddressInUse,
                channel is null
                    ? $"All channels of the Bluetooth adapter {adapter.Name} are in use."
                    : $"Channel {channel} of the Bluetooth adapter {adapter.Name} is in use by another program, "
                        + "perhaps another Ferry node. Leave the channel out to take a free one: "
                        + $"bluetooth://{adapter.Name}."),
            SocketError.AccessDenied => OfSystem(error, systemText),
            _ => new(
                LinkFailureKind.CannotListen,
                $"Listening at the Bluetooth adapter {adapter.Name} does not work: {systemText}."),
        };
}
