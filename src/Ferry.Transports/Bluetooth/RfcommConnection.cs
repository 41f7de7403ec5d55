using System.Net.Sockets;
using Ferry.Protocol.Values;

namespace Ferry.Transports.Bluetooth;

/// <summary>
/// A connected RFCOMM socket. At its end on Linux what was written before the close arrives, then the other side's read
/// fails with ECONNRESET, never with an end of stream, and a further read would wait for ever. So the end is a message
/// of the protocol (Leave), and nobody reads again after a failure.
/// </summary>
internal sealed class RfcommConnection : IConnection
{
    /// <summary>
    /// With its prefix two full RFCOMM packets of the usual sizes (992 to 1,016 bytes). At 100 kB/s a frame takes
    /// 20 ms, which is what a control message may have to wait for; four bytes of prefix on 1,980 cost 0.2 %.
    /// </summary>
    public const int FrameBytesMax = 1980;

    /// <summary>What people measure in the open: 80 to 140 kB/s. Both hold until the link has been measured.</summary>
    private const long TypicalRate = 125_000;
    private static readonly TimeSpan TypicalLatency = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// The kernel doubles this and counts about 2,300 bytes for a packet of 1,008, so seven packets wait in it, besides
    /// the seven that the other side's credits let into the air: some 100 ms in all at 125 kB/s. Its own choice of
    /// 50,800 lets control messages wait for three times as long.
    /// </summary>
    private const int SendBufferBytes = 8 * 1024;

    public RfcommConnection(Socket socket, RadioTraffic traffic)
    {
        socket.SendBufferSize = SendBufferBytes;
        RemoteAddress = Text(socket.RemoteEndPoint as RfcommEndPoint);
        LocalAddress = Text(socket.LocalEndPoint as RfcommEndPoint);
        Stream = new RfcommStream(socket, traffic);
    }

    public Stream Stream { get; }
    public LinkTraits Traits => new("bluetooth", FrameBytesMax, TypicalRate, TypicalLatency);
    public string RemoteAddress { get; }
    public string LocalAddress { get; }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    /// <summary>Without the channel: it is the listener's, and says nothing about the side that dialled.</summary>
    private static string Text(RfcommEndPoint? endPoint) =>
        endPoint is null ? "bluetooth://?" : new NodeAddress.Bluetooth(endPoint.Address, null).ToString();
}
