using Ferry.Transports.Bluetooth.DBus;
using Ferry.Transports.Bluetooth.Sdp;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth.DBus;

/// <summary>What the daemon's answers mean. The daemon itself is in the radio lab.</summary>
public sealed class BlueZTests
{
    private const string Adapter = "/org/bluez/hci0";

    [Fact]
    public void Device_that_is_heard_and_shows_the_service_is_near()
    {
        var objects = Objects($"{Adapter}/dev_1", Device(FerryService.ServiceId.ToUpperInvariant(), signal: -40));
        var near = Assert.Single(BlueZ.ReadDevices(objects, Adapter));
        Assert.Equal("AA:BB:CC:DD:EE:FF", near.Address.ToString());
        Assert.Equal(-40, near.SignalDbm);
    }

    [Fact]
    public void Device_that_is_linked_is_near_although_it_is_not_heard()
    {
        var objects = Objects($"{Adapter}/dev_1", Device(FerryService.ServiceId, signal: null, isLinked: true));
        Assert.Null(Assert.Single(BlueZ.ReadDevices(objects, Adapter)).SignalDbm);
    }

    [Fact]
    public void Device_that_is_only_remembered_is_not_near() => Assert.Empty(BlueZ.ReadDevices(
        Objects($"{Adapter}/dev_1", Device(FerryService.ServiceId, signal: null)), Adapter));

    [Fact]
    public void Headset_is_no_node() => Assert.Empty(BlueZ.ReadDevices(
        Objects($"{Adapter}/dev_1", Device("0000110b-0000-1000-8000-00805f9b34fb", signal: -40)), Adapter));

    [Fact]
    public void Device_of_another_adapter_is_not_told_of() => Assert.Empty(BlueZ.ReadDevices(
        Objects("/org/bluez/hci1/dev_1", Device(FerryService.ServiceId, signal: -40)), Adapter));

    [Fact]
    public void Answer_that_makes_no_sense_is_nobody()
    {
        Assert.Empty(BlueZ.ReadDevices(new BusValue.Other(), Adapter));
        Assert.Empty(BlueZ.ReadDevices(Objects($"{Adapter}/dev_1", new BusValue.Text("?")), Adapter));
        var odd = Table(("UUIDs", new BusValue.Flag(true)));
        Assert.Empty(BlueZ.ReadDevices(Objects($"{Adapter}/dev_1", odd), Adapter));
    }

    [Theory]
    [InlineData(BusException.NoLibrary, "libdbus-1 is missing")]
    [InlineData("org.freedesktop.DBus.Error.FileNotFound", "no D-Bus system bus")]
    [InlineData("org.freedesktop.DBus.Error.ServiceUnknown", "daemon does not run")]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", "group 'bluetooth'")]
    [InlineData("org.bluez.Error.NotReady", "adapter is off")]
    [InlineData("org.freedesktop.DBus.Error.NoReply", "does not answer")]
    [InlineData("org.bluez.Error.Odd", "says no: odd trouble")]
    public void What_is_missing_is_named(string error, string says) =>
        Assert.Contains(says, new BusException(error, "odd trouble").ForPeople, StringComparison.Ordinal);

    private static BusValue.Table Device(string service, int? signal, bool isLinked = false)
    {
        var properties = new Dictionary<string, BusValue>
        {
            ["Address"] = new BusValue.Text("AA:BB:CC:DD:EE:FF"),
            ["UUIDs"] = new BusValue.Items([new BusValue.Text("00001200-0000-1000-8000-00805f9b34fb"),
                new BusValue.Text(service)]),
            ["Connected"] = new BusValue.Flag(isLinked),
        };
        if (signal is { } dbm) properties["RSSI"] = new BusValue.Number(dbm);
        return new BusValue.Table(properties);
    }

    private static BusValue.Table Objects(string path, BusValue device) =>
        Table((path, Table(("org.bluez.Device1", device))));

    private static BusValue.Table Table(params (string Name, BusValue Value)[] entries) =>
        new(entries.ToDictionary(entry => entry.Name, entry => entry.Value));
}
