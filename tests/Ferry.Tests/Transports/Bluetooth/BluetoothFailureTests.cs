using System.Net.Sockets;
using Ferry.Transports;
using Ferry.Transports.Bluetooth;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth;

/// <summary>What is amiss with Bluetooth is said in a sentence that names the thing and the way out.</summary>
public sealed class BluetoothFailureTests
{
    private const string Address = "AA:BB:CC:DD:EE:FF";
    private static readonly BluetoothAdapter Hci0 = new("hci0", Parse("00:AA:01:00:00:42"), AdapterState.On);

    [Theory]
    [InlineData(SocketError.ConnectionRefused, LinkFailureKind.ConnectionRefused, "no Ferry node listens")]
    [InlineData(SocketError.HostDown, LinkFailureKind.Unreachable, "out of range")]
    [InlineData(SocketError.AccessDenied, LinkFailureKind.Unreachable, "bluetoothctl pair AA:BB:CC:DD:EE:FF")]
    [InlineData(SocketError.TimedOut, LinkFailureKind.TimedOut, "did not answer in time")]
    [InlineData(SocketError.HostUnreachable, LinkFailureKind.Unreachable, "no Bluetooth adapter")]
    [InlineData(SocketError.ConnectionReset, LinkFailureKind.Unreachable, "broke the connection off")]
    [InlineData(SocketError.SocketError, LinkFailureKind.Unreachable, "odd trouble")]
    public void Dial_that_failed(SocketError error, LinkFailureKind kind, string says)
    {
        var target = new NodeAddress.Bluetooth(Parse(Address), 3);
        var failure = BluetoothFailure.OfConnect(target, error, "odd trouble");
        Assert.Equal(kind, failure.Kind);
        Assert.Contains(says, failure.Text, StringComparison.Ordinal);
        Assert.Contains(target.ToString(), failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.AddressFamilyNotSupported, "kernel has no Bluetooth")]
    [InlineData(SocketError.ProtocolNotSupported, "kernel has no Bluetooth")]
    [InlineData(SocketError.AccessDenied, "does not let this program use Bluetooth")]
    [InlineData(SocketError.TooManyOpenSockets, "odd trouble")]
    public void System_without_bluetooth(SocketError error, string says)
    {
        var failure = BluetoothFailure.OfSystem(error, "odd trouble");
        Assert.Equal(LinkFailureKind.NoSuchTransport, failure.Kind);
        Assert.Contains(says, failure.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "hci0 is off", "bluetoothctl power on")]
    [InlineData(true, "hci0 is blocked", "rfkill unblock bluetooth")]
    public void Adapter_that_is_not_on(bool blocked, string says, string wayOut)
    {
        var state = blocked ? AdapterState.Blocked : AdapterState.Off;
        var failure = BluetoothFailure.OfState(Hci0 with { State = state });
        Assert.Contains(says, failure!.Text, StringComparison.Ordinal);
        Assert.Contains(wayOut, failure.Text, StringComparison.Ordinal);
        Assert.Null(BluetoothFailure.OfState(Hci0));
    }

    [Fact]
    public void Adapter_that_is_not_there_is_named_with_those_that_are()
    {
        var failure = BluetoothFailure.NoSuchAdapter("hci7", [Hci0]);
        Assert.Contains("no Bluetooth adapter hci7", failure.Text, StringComparison.Ordinal);
        Assert.Contains("hci0 (00:AA:01:00:00:42)", failure.Text, StringComparison.Ordinal);
        Assert.Same(BluetoothFailure.NoAdapter, BluetoothFailure.NoSuchAdapter("hci7", []));
    }

    [Theory]
    [InlineData(3, SocketError.AddressAlreadyInUse, LinkFailureKind.AddressInUse, "channel 3 of")]
    [InlineData(null, SocketError.AddressAlreadyInUse, LinkFailureKind.AddressInUse, "all channels of")]
    [InlineData(3, SocketError.SocketError, LinkFailureKind.CannotListen, "odd trouble")]
    [InlineData(3, SocketError.AccessDenied, LinkFailureKind.NoSuchTransport, "does not let this program")]
    public void Channel_that_cannot_be_had(int? channel, SocketError error, LinkFailureKind kind, string says)
    {
        var failure = BluetoothFailure.OfListen(Hci0, channel, error, "odd trouble");
        Assert.Equal(kind, failure.Kind);
        Assert.Contains(says, failure.Text, StringComparison.Ordinal);
    }

    private static BluetoothAddress Parse(string text) =>
        BluetoothAddress.TryParse(text, out var address) ? address.Value : throw new FormatException(text);
}
