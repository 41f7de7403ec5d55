using Ferry.Transports.Bluetooth.DBus;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth.DBus;

/// <summary>Each failure of the bus says what is missing and the way out.</summary>
public sealed class BusExceptionTests
{
    [Theory]
    [InlineData("org.freedesktop.DBus.Error.ServiceUnknown", "daemon does not run")]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", "group 'bluetooth'")]
    [InlineData("org.bluez.Error.NotReady", "adapter is off")]
    [InlineData("org.freedesktop.DBus.Error.NoReply", "does not answer")]
    [InlineData("org.bluez.Error.Odd", "refuses: odd trouble")]
    public async Task Error_of_the_daemon_is_named(string error, string says)
    {
        await using var bus = new FakeBus();
        bus.Errors["StartDiscovery"] = error;
        using var daemon = new BlueZ(bus.Address, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<BusException>(
            () => daemon.StartInquiryAsync("hci0", TestContext.Current.CancellationToken));
        Assert.Equal(error, failure.Name);
        Assert.Contains(says, failure.ForPeople, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_that_does_not_run_is_named()
    {
        await using var bus = new FakeBus { Daemon = null };
        await AssertUnreachableAsync(bus.Address, "daemon does not run");
    }

    [Fact]
    public async Task User_that_the_bus_does_not_take_is_told_of_the_group()
    {
        await using var bus = new FakeBus { LogIn = "REJECTED EXTERNAL" };
        await AssertUnreachableAsync(bus.Address, "group 'bluetooth'");
    }

    [Fact]
    public Task Missing_socket_is_no_bus() =>
        AssertUnreachableAsync($"unix:path=/nowhere/{Guid.NewGuid():n}", "there is no D-Bus system bus");

    [Fact]
    public Task Socket_that_nobody_listens_at_is_no_bus() =>
        AssertUnreachableAsync(FakeBus.NewAddress(), "there is no D-Bus system bus");

    [Theory]
    [InlineData("")]
    [InlineData("autolaunch:")]
    [InlineData("nonsense")]
    public Task Address_of_a_bus_that_cannot_be_used_is_named(string address) =>
        AssertUnreachableAsync(address, "DBUS_SYSTEM_BUS_ADDRESS");

    private static async Task AssertUnreachableAsync(string address, string says)
    {
        using var daemon = new BlueZ(address, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<BusException>(
            () => daemon.IdentifyAsync(TestContext.Current.CancellationToken));
        Assert.Contains(says, failure.ForPeople, StringComparison.Ordinal);
    }
}
