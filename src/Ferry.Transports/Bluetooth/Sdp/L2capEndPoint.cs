using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Bluetooth.Sdp;

/// <summary>
/// A port (PSM) of a controller, as the kernel's <c>sockaddr_l2</c>; see <see cref="RfcommEndPoint"/> for the family.
/// </summary>
internal sealed class L2capEndPoint(BluetoothAddress address, ushort port) : EndPoint
{
    private const int PortAt = 2;
    private const int AddressAt = 4;
    private const int StructBytes = 14;

    public override AddressFamily AddressFamily => AddressFamily.Unknown;

    public override SocketAddress Serialize()
    {
        var bytes = new SocketAddress(AddressFamily.Unspecified, StructBytes);
        BitConverter.TryWriteBytes(bytes.Buffer.Span, BluetoothKernel.Family);
        // Little endian on every machine, says bluetooth/l2cap.h.
        bytes[PortAt] = (byte)port;
        bytes[PortAt + 1] = (byte)(port >> 8);
        address.Write(bytes.Buffer.Span[AddressAt..]);
        return bytes;
    }

    public override EndPoint Create(SocketAddress socketAddress)
    {
        var bytes = socketAddress.Buffer.Span;
        return new L2capEndPoint(BluetoothAddress.Read(bytes[AddressAt..]), BitConverter.ToUInt16(bytes[PortAt..]));
    }
}
