using Ferry.Transports.Bluetooth;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth;

public sealed class RfcommEndPointTests
{
    [Fact]
    public void Bytes_are_the_kernels_and_lead_back()
    {
        Assert.True(BluetoothAddress.TryParse("01:02:03:04:05:06", out var address));
        var socketAddress = new RfcommEndPoint(address.Value, 22).Serialize();
        Assert.Equal([31, 0, 6, 5, 4, 3, 2, 1, 22, 0], socketAddress.Buffer[..socketAddress.Size].ToArray());

        var back = (RfcommEndPoint)new RfcommEndPoint(default, 0).Create(socketAddress);
        Assert.Equal(address, back.Address);
        Assert.Equal(22, back.Channel);
    }
}
