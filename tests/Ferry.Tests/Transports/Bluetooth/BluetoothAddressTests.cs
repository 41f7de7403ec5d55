using Ferry.Transports.Bluetooth;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth;

public sealed class BluetoothAddressTests
{
    [Theory]
    [InlineData("00:1A:7D:DA:71:13")]
    [InlineData("FF:FF:FF:FF:FF:FF")]
    [InlineData("00:00:00:00:00:00")]
    public void Address_is_printed_as_it_was_written(string text)
    {
        Assert.True(BluetoothAddress.TryParse(text, out var address));
        Assert.Equal(text, address.ToString());
        Assert.Equal(text == "00:00:00:00:00:00", address.Value.IsNone);
    }

    [Fact]
    public void Small_letters_mean_the_same()
    {
        Assert.True(BluetoothAddress.TryParse("aa:bb:cc:dd:ee:0f", out var small));
        Assert.True(BluetoothAddress.TryParse("AA:BB:CC:DD:EE:0F", out var large));
        Assert.Equal(large, small);
    }

    [Fact]
    public void System_has_the_last_byte_first()
    {
        Assert.True(BluetoothAddress.TryParse("01:02:03:04:05:06", out var address));
        var bytes = new byte[BluetoothAddress.Bytes];
        address.Value.Write(bytes);
        Assert.Equal([6, 5, 4, 3, 2, 1], bytes);
        Assert.Equal(address.Value, BluetoothAddress.Read(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AA:BB:CC:DD:EE")]
    [InlineData("AA:BB:CC:DD:EE:FF:00")]
    [InlineData("AA:BB:CC:DD:EE:F")]
    [InlineData("AA-BB-CC-DD-EE-FF")]
    [InlineData("AA:BB:CC:DD:EE:FG")]
    [InlineData(" A:BB:CC:DD:EE:FF")]
    [InlineData("+A:BB:CC:DD:EE:FF")]
    [InlineData("AABBCC:DD:EE:FF:0")]
    public void Anything_else_is_no_address(string text) => Assert.False(BluetoothAddress.TryParse(text, out _));
}
