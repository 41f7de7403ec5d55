using System.Net.Sockets;
using Tmds.DBus.Protocol;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>Why the bus, or the service behind it, did not do what it was asked.</summary>
/// <param name="name">
/// The D-Bus name of the error, such as <c>org.bluez.Error.NotReady</c>; what goes wrong on this side of the bus has
/// the name that libdbus gives it.
/// </param>
internal sealed class BusException(string name, string text) : Exception(text)
{
    private const string Standard = "org.freedesktop.DBus.Error.";

    public string Name => name;

    /// <summary>A sentence that says which thing is missing, and the way out.</summary>
    public string ForPeople => name switch
    {
        $"{Standard}FileNotFound" or $"{Standard}NoServer" =>
            "there is no D-Bus system bus: start it (on Debian: apt install dbus; service dbus start)",
        $"{Standard}BadAddress" =>
            $"the D-Bus system bus cannot be reached ({Message}): check DBUS_SYSTEM_BUS_ADDRESS",
        $"{Standard}Disconnected" => "the D-Bus system bus went away: start it again (service dbus start)",
        $"{Standard}ServiceUnknown" or $"{Standard}NameHasNoOwner" or $"{Standard}Spawn.ServiceNotFound"
            or $"{Standard}Spawn.ChildExited" =>
            "the Bluetooth daemon does not run: start it (on Debian: apt install bluez; service bluetooth start)",
        $"{Standard}AccessDenied" or $"{Standard}AuthFailed" or "org.bluez.Error.NotPermitted"
            or "org.bluez.Error.NotAuthorized" =>
            "this user may not use the Bluetooth daemon: add the user to the group 'bluetooth' and log in again",
        "org.bluez.Error.NotReady" => "the Bluetooth adapter is off: turn it on with 'bluetoothctl power on'",
        $"{Standard}NoReply" or $"{Standard}Timeout" =>
            "the Bluetooth daemon does not answer: restart it (service bluetooth restart)",
        $"{Standard}InvalidSignature" =>
            $"the Bluetooth daemon's answer makes no sense ({Message}): restart it (service bluetooth restart)",
        _ => $"the Bluetooth daemon refuses: {Message}",
    };

    public static BusException Of(Exception failure) => failure switch
    {
        DBusErrorReplyException reply => new(reply.ErrorName, reply.ErrorMessage),
        DBusConnectFailedException { InnerException: SocketException socket } => OfSocket(socket),
        // The one cause that the library raises itself: the bus does not take this user.
        DBusConnectFailedException { InnerException: null } => new($"{Standard}AuthFailed", failure.Message),
        DBusConnectFailedException => new($"{Standard}BadAddress", failure.Message),
        TimeoutException => new($"{Standard}NoReply", failure.Message),
        DBusMessageException => new($"{Standard}InvalidSignature", failure.Message),
        _ => new($"{Standard}Disconnected", failure.Message),
    };

    private static BusException OfSocket(SocketException failure) => new(
        Standard + failure.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable => "FileNotFound",
            SocketError.ConnectionRefused => "NoServer",
            SocketError.AccessDenied => "AccessDenied",
            _ => "BadAddress",
        },
        failure.Message);
}
