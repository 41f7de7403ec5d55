using Ferry.Transports.Bluetooth.Sdp;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>
/// Linux's Bluetooth daemon, for what a program cannot do by itself: put a record into the machine's service discovery,
/// and look for devices. Connected when first needed, and again when the bus has gone away.
/// </summary>
internal sealed class BlueZ : IDisposable
{
    private const string Service = "org.bluez";
    private const string Adapter = "org.bluez.Adapter1";
    private const string Device = "org.bluez.Device1";
    private const string ProfileManager = "org.bluez.ProfileManager1";
    private const string Bus = "org.freedesktop.DBus";

    private readonly Lock _gate = new();
    private SystemBus? _bus;

    /// <summary>
    /// Who the daemon is at the moment: a restarted one is somebody else, and knows none of our records.
    /// </summary>
    /// <exception cref="BusException">There is none.</exception>
    public Task<string> IdentifyAsync(CancellationToken cancel) => AskAsync(bus =>
    {
        bus.Drain();
        var owner = bus.Call(Bus, "/org/freedesktop/DBus", Bus, "GetNameOwner", new BusValue.Text(Service));
        return (owner as BusValue.Text)?.Value ?? "";
    }, cancel);

    /// <summary>
    /// Shows the record until it is withdrawn or this connection ends. Without a channel or a role to play the daemon
    /// only shows it, and the node listens by itself.
    /// </summary>
    /// <param name="path">A name for the record among ours.</param>
    /// <param name="profile">
    /// A name for it among everybody's: the daemon takes each only once, and a machine may run several nodes. Whoever
    /// looks for Ferry looks at what the record says.
    /// </param>
    /// <exception cref="BusException">It does not.</exception>
    public Task PublishAsync(FerryService service, string path, Guid profile, CancellationToken cancel) => AskAsync(
        bus => bus.Call(
            Service, "/org/bluez", ProfileManager, "RegisterProfile", new BusValue.Path(path),
            new BusValue.Text(profile.ToString()), new BusValue.Table(new Dictionary<string, BusValue>
            {
                ["Name"] = new BusValue.Text("Ferry"),
                ["Role"] = new BusValue.Text("server"),
                ["ServiceRecord"] = new BusValue.Text(service.ToXml()),
            })),
        cancel);

    /// <exception cref="BusException">It was not there.</exception>
    public Task WithdrawAsync(string path, CancellationToken cancel) => AskAsync(
        bus => bus.Call(Service, "/org/bluez", ProfileManager, "UnregisterProfile", new BusValue.Path(path)), cancel);

    /// <summary>Looks for devices until it is stopped.</summary>
    /// <exception cref="BusException">The adapter is off, or busy.</exception>
    public Task StartInquiryAsync(string adapter, CancellationToken cancel) => AskAsync(bus =>
    {
        bus.Call(Service, PathOf(adapter), Adapter, "SetDiscoveryFilter", new BusValue.Table(
            new Dictionary<string, BusValue> { ["Transport"] = new BusValue.Text("bredr") }));
        return bus.Call(Service, PathOf(adapter), Adapter, "StartDiscovery");
    }, cancel);

    /// <exception cref="BusException">It was not looking.</exception>
    public Task StopInquiryAsync(string adapter, CancellationToken cancel) => AskAsync(
        bus => bus.Call(Service, PathOf(adapter), Adapter, "StopDiscovery"), cancel);

    /// <summary>The devices that show Ferry's service and were heard, or are linked, now.</summary>
    /// <exception cref="BusException">The daemon is not there.</exception>
    public Task<IReadOnlyList<NearDevice>> FindNearAsync(string adapter, CancellationToken cancel) => AskAsync(
        bus => ReadDevices(
            bus.Call(Service, "/", $"{Bus}.ObjectManager", "GetManagedObjects"), PathOf(adapter)),
        cancel);

    public void Dispose()
    {
        lock (_gate) _bus?.Dispose();
    }

    /// <param name="objects">From the paths of objects to their interfaces, and from those to properties.</param>
    internal static IReadOnlyList<NearDevice> ReadDevices(BusValue objects, string adapterPath)
    {
        var near = new List<NearDevice>();
        if (objects is not BusValue.Table all) return near;
        foreach (var (path, interfaces) in all.Entries)
        {
            if (!path.StartsWith($"{adapterPath}/", StringComparison.Ordinal)) continue;
            if (interfaces is not BusValue.Table table || table[Device] is not BusValue.Table device) continue;
            if (ReadDevice(device) is { } found) near.Add(found);
        }

        return near;
    }

    private static NearDevice? ReadDevice(BusValue.Table device)
    {
        var hasFerry = device["UUIDs"] is BusValue.Items services && services.Values.OfType<BusValue.Text>()
            .Any(service => string.Equals(service.Value, FerryService.ServiceId, StringComparison.OrdinalIgnoreCase));
        if (!hasFerry || device["Address"] is not BusValue.Text text) return null;
        if (!BluetoothAddress.TryParse(text.Value, out var address)) return null;
        // The daemon remembers devices; the strength of the signal is there only while they are heard.
        var signal = (device["RSSI"] as BusValue.Number)?.Value;
        var isLinked = device["Connected"] is BusValue.Flag { Value: true };
        return signal is null && !isLinked ? null : new NearDevice(address.Value, (int?)signal);
    }

    private static string PathOf(string adapter) => $"/org/bluez/{adapter}";

    private Task<T> AskAsync<T>(Func<SystemBus, T> ask, CancellationToken cancel) => Task.Run(() =>
    {
        lock (_gate)
        {
            if (_bus is { IsOpen: false })
            {
                _bus.Dispose();
                _bus = null;
            }

            return ask(_bus ??= SystemBus.Open());
        }
    }, cancel);
}

/// <summary>A device that shows Ferry's service.</summary>
/// <param name="SignalDbm">Null when it is linked and so does not answer to being looked for.</param>
internal sealed record NearDevice(BluetoothAddress Address, int? SignalDbm);
