using Ferry.Tests.Integration.Harness;
using Ferry.Transports.Bluetooth;
using Ferry.Transports.Bluetooth.DBus;
using Ferry.Transports.Bluetooth.Sdp;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth.DBus;

/// <summary>What is asked of the daemon, and what its answers mean. The daemon itself is in the radio lab.</summary>
public sealed class BlueZTests : IAsyncDisposable
{
    private const string Hci0 = "/org/bluez/hci0";
    private static readonly FerryService Record = new(BluetoothAddress.Read([5, 4, 3, 2, 1, 0]), 3, "anna");

    private readonly TestClock _time = new();
    private readonly FakeBus _bus = new();
    private readonly BlueZ _daemon;

    public BlueZTests() => _daemon = new BlueZ(_bus.Address, _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Device_that_is_heard_and_shows_the_service_is_near()
    {
        var near = Assert.Single(await FindAsync(Device(FerryService.ServiceId.ToUpperInvariant(), signal: -40)));
        Assert.Equal("AA:BB:CC:DD:EE:FF", near.Address.ToString());
        Assert.Equal(-40, near.SignalDbm);
    }

    [Fact]
    public async Task Device_that_is_linked_is_near_although_it_is_not_heard() => Assert.Null(
        Assert.Single(await FindAsync(Device(FerryService.ServiceId, signal: null, isLinked: true))).SignalDbm);

    [Fact]
    public async Task Device_that_is_only_remembered_is_not_near() =>
        Assert.Empty(await FindAsync(Device(FerryService.ServiceId, signal: null)));

    [Fact]
    public async Task Headset_is_no_node() =>
        Assert.Empty(await FindAsync(Device("0000110b-0000-1000-8000-00805f9b34fb", signal: -40)));

    [Fact]
    public async Task Device_of_another_adapter_is_not_told_of() =>
        Assert.Empty(await FindAsync(Device(FerryService.ServiceId, signal: -40), "/org/bluez/hci1/dev_1"));

    [Fact]
    public async Task Properties_of_odd_types_are_passed_over()
    {
        Assert.Empty(await FindAsync([("UUIDs", "b", bytes => bytes.Bool(true))]));
        var odd = Device(FerryService.ServiceId, signal: null);
        odd[^1] = ("Connected", "a{qv}", bytes => bytes.Array(8, _ => { }));
        Assert.Empty(await FindAsync([.. odd, ("RSSI", "s", bytes => bytes.Text("near"))]));
        Assert.Empty(await FindAsync([.. odd, ("Address", "n", bytes => bytes.Int16(7))]));
    }

    [Fact]
    public async Task Answer_that_makes_no_sense_is_a_failure_and_the_next_one_is_read()
    {
        var sound = Objects(Device(FerryService.ServiceId, signal: -40), $"{Hci0}/dev_1");
        foreach (var bytes in (byte[][])[[], sound[..^1], sound[..20], [0xff, 0xff, 0xff, 0x7f]])
            await AssertNoSenseAsync("a{oa{sa{sv}}}", bytes);
        await AssertNoSenseAsync("s", new BusBytes().Text("nothing").ToArray());
        Assert.Single(await FindAsync(Device(FerryService.ServiceId, signal: -40)));
    }

    [Fact]
    public async Task Record_goes_to_the_profile_manager_and_is_withdrawn_by_its_path()
    {
        await _daemon.PublishAsync(Record, "/org/ferry/one", Guid.NewGuid(), Cancel);
        var register = await _bus.NextAsync("RegisterProfile");
        Assert.Equal("/org/bluez", register.Path);
        Assert.Contains("/org/ferry/one", register.Text, StringComparison.Ordinal);
        Assert.Contains(Record.ToXml(), register.Text, StringComparison.Ordinal);
        await _daemon.WithdrawAsync("/org/ferry/one", Cancel);
        Assert.Contains(
            "/org/ferry/one", (await _bus.NextAsync("UnregisterProfile")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_that_is_there_from_a_call_answered_too_late_is_published()
    {
        _bus.Errors["RegisterProfile"] = "org.bluez.Error.AlreadyExists";
        await _daemon.PublishAsync(Record, "/org/ferry/one", Guid.NewGuid(), Cancel);
    }

    [Fact]
    public async Task Inquiry_is_for_classic_devices_only()
    {
        await _daemon.StartInquiryAsync("hci1", Cancel);
        var filter = await _bus.NextAsync("SetDiscoveryFilter");
        Assert.Equal("/org/bluez/hci1", filter.Path);
        Assert.Contains("bredr", filter.Text, StringComparison.Ordinal);
        Assert.Equal("/org/bluez/hci1", (await _bus.NextAsync("StartDiscovery")).Path);
    }

    [Fact]
    public async Task Daemon_that_does_not_answer_is_given_up_and_the_bus_is_not()
    {
        var first = await _daemon.IdentifyAsync(Cancel);
        _bus.Silent.Add("StopDiscovery");
        var stopping = _daemon.StopInquiryAsync("hci0", Cancel);
        await _bus.NextAsync("StopDiscovery");
        _time.Advance(SystemBus.AnswerTimeLimit);
        var failure = await Assert.ThrowsAsync<BusException>(
            () => stopping.WaitAsync(Patience.Limit, Cancel));
        Assert.Contains("does not answer", failure.ForPeople, StringComparison.Ordinal);
        Assert.Equal(first, await _daemon.IdentifyAsync(Cancel));
    }

    [Fact]
    public async Task Bus_that_does_not_answer_at_all_is_given_up()
    {
        _bus.Silent.Add("Hello");
        var asking = _daemon.IdentifyAsync(Cancel);
        await _bus.NextAsync("Hello");
        _time.Advance(SystemBus.AnswerTimeLimit);
        var failure = await Assert.ThrowsAsync<BusException>(() => Eventually.InTimeAsync("an end", asking));
        Assert.Contains("does not answer", failure.ForPeople, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bus_that_was_lost_is_connected_to_again_as_another_session()
    {
        var before = await _daemon.IdentifyAsync(Cancel);
        await _bus.DisposeAsync();
        var failure = await Assert.ThrowsAsync<BusException>(() => _daemon.IdentifyAsync(Cancel));
        Assert.Contains("D-Bus system bus", failure.ForPeople, StringComparison.Ordinal);
        await using var again = new FakeBus(_bus.Address);
        Assert.NotEqual(before, await _daemon.IdentifyAsync(Cancel));
    }

    [Fact]
    public async Task Daemon_that_was_restarted_is_another_session()
    {
        var before = await _daemon.IdentifyAsync(Cancel);
        _bus.Daemon = ":1.8";
        Assert.NotEqual(before, await _daemon.IdentifyAsync(Cancel));
    }

    [Fact]
    public async Task Call_after_the_end_is_a_failure()
    {
        _daemon.Dispose();
        await Assert.ThrowsAsync<BusException>(() => _daemon.IdentifyAsync(Cancel));
    }

    [Fact]
    public async Task Waiting_for_an_answer_is_cancelled()
    {
        _bus.Silent.Add("StopDiscovery");
        using var cancel = new CancellationTokenSource();
        var stopping = _daemon.StopInquiryAsync("hci0", cancel.Token);
        await _bus.NextAsync("StopDiscovery");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);
    }

    private async Task AssertNoSenseAsync(string signature, byte[] bytes)
    {
        _bus.Objects = (signature, bytes);
        var failure = await Assert.ThrowsAsync<BusException>(() => _daemon.FindNearAsync("hci0", Cancel));
        Assert.Contains("makes no sense", failure.ForPeople, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<NearDevice>> FindAsync(
        (string, string, Action<BusBytes>)[] device, string path = $"{Hci0}/dev_1")
    {
        _bus.Objects = ("a{oa{sa{sv}}}", Objects(device, path));
        return _daemon.FindNearAsync("hci0", Cancel);
    }

    private static (string Name, string Signature, Action<BusBytes> Write)[] Device(
        string service, short? signal, bool isLinked = false) =>
    [
        ("Address", "s", bytes => bytes.Text("AA:BB:CC:DD:EE:FF")),
        ("UUIDs", "as", bytes => bytes.Array(
            4, items => items.Text("00001200-0000-1000-8000-00805f9b34fb").Text(service))),
        .. signal is { } dbm
            ? ((string, string, Action<BusBytes>)[])[("RSSI", "n", bytes => bytes.Int16(dbm))] : [],
        ("Connected", "b", bytes => bytes.Bool(isLinked)),
    ];

    /// <summary>An adapter and the device, each with an interface that is nobody's business.</summary>
    private static byte[] Objects((string Name, string Signature, Action<BusBytes> Write)[] device, string path)
    {
        var properties = device.Select(one => (one.Name, one));
        (string, (string, (string, (string, string, Action<BusBytes>))[])[])[] objects =
        [
            (Hci0, [("org.bluez.Adapter1", [("Powered", ("", "b", bytes => bytes.Bool(true)))])]),
            (path, [("org.freedesktop.DBus.Properties", []), ("org.bluez.Device1", [.. properties])]),
        ];
        return new BusBytes().Dictionary(objects, (bytes, interfaces) => bytes.Dictionary(interfaces, (inner, values) =>
            inner.Dictionary(values, (last, value) => last.Variant(value.Item2, value.Item3)))).ToArray();
    }
}
