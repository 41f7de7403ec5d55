using Ferry.Transports.Bluetooth.Sdp;
using Tmds.DBus.Protocol;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>
/// Linux's Bluetooth daemon, for what a program cannot do by itself: put a record into the machine's service discovery,
/// and look for devices.
/// </summary>
internal sealed class BlueZ(string busAddress, TimeProvider time) : IDisposable
{
    private const string Service = "org.bluez";
    private const string Adapter = "org.bluez.Adapter1";
    private const string Device = "org.bluez.Device1";
    private const string Bus = "org.freedesktop.DBus";
    private const string AlreadyExists = "org.bluez.Error.AlreadyExists";

    private static readonly BusMethod Owner = new(Bus, "/org/freedesktop/DBus", Bus, "GetNameOwner", "s", "s");
    private static readonly BusMethod Objects =
        new(Service, "/", $"{Bus}.ObjectManager", "GetManagedObjects", null, "a{oa{sa{sv}}}");
    private static readonly BusMethod Register = Profile("RegisterProfile", "osa{sv}");
    private static readonly BusMethod Unregister = Profile("UnregisterProfile", "o");

    private readonly SystemBus _bus = new(busAddress, time);

    public BlueZ(TimeProvider time) : this(DBusAddress.System ?? "", time) { }

    /// <exception cref="BusException">The daemon does not run, or cannot be reached.</exception>
    public async Task<DaemonSession> IdentifyAsync(CancellationToken cancel)
    {
        var connection = await _bus.ConnectAsync(cancel);
        var owner = await _bus.CallAsync(
            Owner, (ref arguments) => arguments.WriteString(Service), answer => answer.ReadString(), cancel);
        return new DaemonSession(connection, owner);
    }

    /// <summary>
    /// Shows the record until it is withdrawn or this connection ends. Without a channel or a role to play the daemon
    /// only shows it, and the node listens by itself.
    /// </summary>
    /// <param name="path">A name for the record among ours.</param>
    /// <param name="profile">
    /// A name for it among everybody's: the daemon takes each only once, and a machine may run several nodes. Whoever
    /// looks for Ferry looks at what the record says.
    /// </param>
    /// <exception cref="BusException">The daemon does not take the record.</exception>
    public async Task PublishAsync(FerryService service, string path, Guid profile, CancellationToken cancel)
    {
        try
        {
            await _bus.CallAsync(Register, (ref arguments) =>
            {
                arguments.WriteObjectPath(path);
                arguments.WriteString(profile.ToString());
                arguments.WriteDictionary(new Dictionary<string, VariantValue>
                {
                    ["Name"] = "Ferry",
                    ["Role"] = "server",
                    ["ServiceRecord"] = service.ToXml(),
                });
            }, cancel);
        }
        catch (BusException e) when (e.Name == AlreadyExists)
        {
            // The path is taken, and only this connection can have taken it: by a call whose answer came too late.
        }
    }

    /// <exception cref="BusException">The daemon has no such record.</exception>
    public Task WithdrawAsync(string path, CancellationToken cancel) =>
        _bus.CallAsync(Unregister, (ref arguments) => arguments.WriteObjectPath(path), cancel);

    /// <summary>Looks for devices until it is stopped.</summary>
    /// <exception cref="BusException">The adapter is off, or busy.</exception>
    public async Task StartInquiryAsync(string adapter, CancellationToken cancel)
    {
        var filter = new Dictionary<string, VariantValue> { ["Transport"] = "bredr" };
        await _bus.CallAsync(
            AtAdapter(adapter, "SetDiscoveryFilter", "a{sv}"), (ref arguments) => arguments.WriteDictionary(filter),
            cancel);
        await _bus.CallAsync(AtAdapter(adapter, "StartDiscovery"), null, cancel);
    }

    /// <exception cref="BusException">The adapter was not looking for devices.</exception>
    public Task StopInquiryAsync(string adapter, CancellationToken cancel) =>
        _bus.CallAsync(AtAdapter(adapter, "StopDiscovery"), null, cancel);

    /// <summary>The devices that show Ferry's service and were heard, or are linked, now.</summary>
    /// <exception cref="BusException">The daemon does not run.</exception>
    public Task<IReadOnlyList<NearDevice>> FindNearAsync(string adapter, CancellationToken cancel) =>
        _bus.CallAsync(Objects, null, answer => ReadDevices(answer, PathOf(adapter)), cancel);

    public void Dispose() => _bus.Dispose();

    private static IReadOnlyList<NearDevice> ReadDevices(Reader answer, string adapterPath)
    {
        var near = new List<NearDevice>();
        var objects = answer.ReadDictionaryStart();
        while (answer.HasNext(objects))
        {
            var isOurs = answer.ReadObjectPathAsString().StartsWith($"{adapterPath}/", StringComparison.Ordinal);
            var interfaces = answer.ReadDictionaryStart();
            while (answer.HasNext(interfaces))
            {
                var isDevice = answer.ReadString() == Device;
                var properties = answer.ReadDictionaryOfStringToVariantValue();
                if (isOurs && isDevice && ReadDevice(properties) is { } found) near.Add(found);
            }
        }

        return near;
    }

    private static NearDevice? ReadDevice(Dictionary<string, VariantValue> device)
    {
        if (!ShowsFerry(device.GetValueOrDefault("UUIDs"))) return null;
        if (device.GetValueOrDefault("Address") is not { Type: VariantValueType.String } text) return null;
        if (!BluetoothAddress.TryParse(text.GetString(), out var address)) return null;
        // The daemon remembers devices; the strength of the signal is there only while they are heard.
        int? signal = device.GetValueOrDefault("RSSI") is { Type: VariantValueType.Int16 } dbm ? dbm.GetInt16() : null;
        var isLinked = device.GetValueOrDefault("Connected") is { Type: VariantValueType.Bool } flag && flag.GetBool();
        return signal is null && !isLinked ? null : new NearDevice(address.Value, signal);
    }

    private static bool ShowsFerry(VariantValue services) =>
        services is { Type: VariantValueType.Array, ItemType: VariantValueType.String }
            && services.GetArray<string>().Contains(FerryService.ServiceId, StringComparer.OrdinalIgnoreCase);

    private static BusMethod Profile(string name, string arguments) =>
        new(Service, "/org/bluez", "org.bluez.ProfileManager1", name, arguments);

    private static BusMethod AtAdapter(string adapter, string name, string? arguments = null) =>
        new(Service, PathOf(adapter), Adapter, name, arguments);

    private static string PathOf(string adapter) => $"/org/bluez/{adapter}";
}

/// <summary>
/// The daemon as this process knows it. A daemon that was restarted has another owner of its name, and a connection
/// that was lost another number: either way what was registered before is gone.
/// </summary>
internal readonly record struct DaemonSession(int Connection, string Owner);

/// <summary>A device that shows Ferry's service.</summary>
/// <param name="SignalDbm">Null when it is linked and so does not answer to being looked for.</param>
internal sealed record NearDevice(BluetoothAddress Address, int? SignalDbm);
