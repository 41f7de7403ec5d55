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

    public TcpConnection(Socket socket)
    {
        _socket = socket;
        RemoteAddress = Text(socket.RemoteEndPoint);
        LocalAddress = Text(socket.LocalEndPoint);
        Stream = new NetworkStream(socket, ownsSocket: true);
        // Last: the framework takes a socket that refuses an option for one that is not connected.
        Tune(socket);
    }

    public Stream Stream { get; }
    public LinkTraits Traits => new("tcp", FrameBytesMax, TypicalRate, TypicalLatency);
    public string RemoteAddress { get; }
    public string LocalAddress { get; }
    public SendBacklog? Backlog => TcpInfo.Backlog(_socket);

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    internal static string Text(EndPoint? endPoint)
    {
        if (endPoint is not IPEndPoint { Address: var address, Port: var port }) return "tcp://?";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new NodeAddress.Tcp(address.ToString(), port).ToString();
    }

    private static void Tune(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(IpProtocolTcp, NotSentLowWaterLinux, BitConverter.GetBytes(UnsentBytesMax));
            else if (OperatingSystem.IsMacOS())
                socket.SetRawSocketOption(IpProtocolTcp, NotSentLowWaterMac, BitConverter.GetBytes(UnsentBytesMax));
        }
        catch (SocketException)
        {
            // A sandbox that refuses options makes a link slower, not impossible.
        }
    }
}
