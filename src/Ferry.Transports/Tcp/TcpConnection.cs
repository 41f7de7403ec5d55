using System.Net;
using System.Net.Sockets;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Tcp;

/// <summary>A connected TCP socket.</summary>
internal sealed class TcpConnection : IConnection
{
    /// <summary>
    /// A whole piece with its tag is one frame: over IP a frame of this size delays a control message only briefly.
    /// </summary>
    private const int FrameBytesMax = WireLimits.BodyBytesMax;
    private const long TypicalRate = 10_000_000;
    private static readonly TimeSpan TypicalLatency = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How much unsent data the kernel takes at most: about one frame keeps a fast link busy. On slow links the writer
    /// paces itself by <see cref="Backlog"/> and hands over much less.
    /// </summary>
    private const int UnsentBytesMax = 256 * 1024;

    private const int IpProtocolTcp = 6;
    private const int NotSentLowWaterLinux = 25;
    private const int NotSentLowWaterMac = 0x201;

    private readonly Socket _socket;
    private readonly bool _hasLowWater;
    private int _lowWater = 1;

    public TcpConnection(Socket socket)
    {
        _socket = socket;
        RemoteAddress = Text(socket.RemoteEndPoint);
        LocalAddress = Text(socket.LocalEndPoint);
        Stream = new NetworkStream(socket, ownsSocket: true);
        // Last: the framework takes a socket that refuses an option for one that is not connected.
        _hasLowWater = Tune(socket) && OperatingSystem.IsLinux();
    }

    public Stream Stream { get; }
    public LinkTraits Traits => new("tcp", FrameBytesMax, TypicalRate, TypicalLatency);
    public string RemoteAddress { get; }
    public string LocalAddress { get; }
    public SendBacklog? Backlog => TcpInfo.Backlog(_socket);

    /// <summary>
    /// Linux makes room in its buffer for so much, and wakes the reader for less when it is short of memory or the
    /// connection has ended: neither is promised elsewhere.
    /// </summary>
    public void WakeReaderAt(int bytes)
    {
        if (!_hasLowWater || bytes == _lowWater) return;
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
            _lowWater = bytes;
        }
        catch (ObjectDisposedException)
        {
            // The reader finds the same when it reads.
        }
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    internal static string Text(EndPoint? endPoint)
    {
        if (endPoint is not IPEndPoint { Address: var address, Port: var port }) return "tcp://?";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new NodeAddress.Tcp(address.ToString(), port).ToString();
    }

    /// <summary>False when the system refuses options.</summary>
    private static bool Tune(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(IpProtocolTcp, NotSentLowWaterLinux, BitConverter.GetBytes(UnsentBytesMax));
            else if (OperatingSystem.IsMacOS())
                socket.SetRawSocketOption(IpProtocolTcp, NotSentLowWaterMac, BitConverter.GetBytes(UnsentBytesMax));
            return true;
        }
        catch (SocketException)
        {
            // A sandbox that refuses options makes a link slower, not impossible.
            return false;
        }
    }
}
