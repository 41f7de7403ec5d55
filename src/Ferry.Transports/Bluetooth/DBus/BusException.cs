namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>Why the bus, or the service behind it, did not do what it was asked.</summary>
/// <param name="name">The D-Bus name of the error, such as <c>org.bluez.Error.NotReady</c>.</param>
internal sealed class BusException(string name, string text) : Exception(text)
{
    /// <summary>A name of our own: there is no D-Bus library to ask with.</summary>
    public const string NoLibrary = "ferry.NoLibrary";

    public string Name => name;

    /// <summary>A sentence that says which thing is missing, and the way out.</summary>
    public string ForPeople => name switch
    {
        NoLibrary => "the library libdbus-1 is missing. Install it (on Debian: apt install libdbus-1-3)",
        "org.freedesktop.DBus.Error.FileNotFound" or "org.freedesktop.DBus.Error.NoServer" =>
            "there is no D-Bus system bus. Start it (on Debian: apt install dbus; service dbus start)",
        "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner"
            or "org.freedesktop.DBus.Error.Spawn.ServiceNotFound"
            or "org.freedesktop.DBus.Error.Spawn.ChildExited" =>
            "the Bluetooth daemon does not run. Start it (on Debian: apt install bluez; service bluetooth start)",
        "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.AuthFailed"
            or "org.bluez.Error.NotPermitted" or "org.bluez.Error.NotAuthorized" =>
            "this user may not use the Bluetooth daemon. Add the user to the group 'bluetooth' and log in again",
        "org.bluez.Error.NotReady" => "the Bluetooth adapter is off. Turn it on with 'bluetoothctl power on'",
        "org.freedesktop.DBus.Error.NoReply" or "org.freedesktop.DBus.Error.Timeout" =>
            "the Bluetooth daemon does not answer. Restart it (service bluetooth restart)",
        _ => $"the Bluetooth daemon says no: {Message}",
    };
}
