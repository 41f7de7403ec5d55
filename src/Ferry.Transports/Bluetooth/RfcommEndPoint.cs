using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Bluetooth;

/// <summary>
/// A channel of a controller, as the kernel's <c>sockaddr_rc</c>: the family, the address with its last byte first, the
/// channel. The framework refuses to make addresses of a family that it does not know, so it is told of none, and the
/// number goes into the bytes.
/// </summary>
/// <param name="channel">1 to 30; 0 only to bind: at listening the kernel takes a free one.</param>
internal sealed class RfcommEndPoint(BluetoothAddress address, int channel) : EndPoint
{
    private const int AddressAt = 2;
    private const int ChannelAt = AddressAt + BluetoothAddress.Bytes;
    private const int StructBytes = 10;

    public BluetoothAddress Address => address;
    public int Channel => channel;
    public override AddressFamily AddressFamily => AddressFamily.Unknown;

    public override SocketAddress Serialize()
    {
        var bytes = new SocketAddress(AddressFamily.Unspecified, StructBytes);
        BitConverter.TryWriteBytes(bytes.Buffer.Span, BluetoothKernel.Family);
        address.Write(bytes.Buffer.Span[AddressAt..]);
        bytes[ChannelAt] = (byte)channel;
        return bytes;
    }

    public override EndPoint Create(SocketAddress socketAddress)
    {
        var bytes = socketAddress.Buffer.Span;
        return new RfcommEndPoint(BluetoothAddress.Read(bytes[AddressAt..]), bytes[ChannelAt]);
    }

    public override string ToString() => $"{address}/{channel}";
}
