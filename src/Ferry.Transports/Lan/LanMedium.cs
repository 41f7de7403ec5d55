using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Lan;

/// <summary>
/// Datagrams to and from all machines of the segments: broadcast of IPv4 and multicast of IPv6, no further than the
/// segment; and to and from single machines near that this one has been told of. Two sockets of each family: one at a
/// port that all nodes of a machine share, where what is sent to all arrives at each of them; and one at a port of this
/// node alone, from which it asks and where answers find it. It is one of few, so that a firewall can be told.
/// </summary>
/// <param name="received">Called with each datagram of a segment or a machine that was told, on any thread.</param>
public sealed class LanMedium(Action<LanDatagram> received) : IDisposable
{
    public const int SharedPort = NodeAddress.DefaultPort;
    public const int OwnPortFirst = SharedPort + 1;
    public const int OwnPortLast = OwnPortFirst + 7;

    /// <summary>How many routers there may be on the way to a machine near.</summary>
    private const short RoutersMax = 4;

    /// <summary>Longer datagrams are cut, and so of a wrong length.</summary>
    private const int DatagramBytesMax = 512;

    private readonly Lock _gate = new();
    private readonly HashSet<long> _joined = [];
    private readonly Dictionary<AddressFamily, Pair> _pairs = [];
    private volatile IReadOnlyList<LanSegment> _segments = [];
    private volatile IReadOnlyList<IPAddress> _told = [];

    /// <summary>From now on these are the segments. What keeps one from being used is told; null when nothing does.
    /// </summary>
    public string? Use(IReadOnlyList<LanSegment> segments)
    {
        string? trouble = null;
        lock (_gate)
        {
            foreach (var family in segments.Select(segment => segment.Own.AddressFamily).Distinct())
            {
                try
                {
                    if (!_pairs.TryGetValue(family, out var pair) || pair.IsBroken) Open(family);
                }
                catch (SocketException e)
                {
                    trouble = e.Message;
                }
            }
            Join(segments);
        }
        _segments = segments;
        return trouble;
    }

    /// <summary>
    /// Machines where nodes are said to be, in place of those before. Whoever tells may be wrong: an address that is
    /// neither of a segment nor of a private network is not used, so that nobody makes this node send further.
    /// </summary>
    public void Tell(IReadOnlyList<IPAddress> hosts) => _told = [.. hosts];

    /// <summary>Sends to all machines of all segments, and to those that were told.</summary>
    public async Task SendToAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        foreach (var segment in _segments)
            await SendAsync(bytes, new IPEndPoint(segment.Everybody, SharedPort), cancel);
        var told = _told;
        foreach (var host in told.Where(host => LanSegment.For(host, _segments, told) is not null))
            await SendAsync(bytes, new IPEndPoint(host, SharedPort), cancel);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, IPEndPoint to, CancellationToken cancel)
    {
        Socket? own;
        lock (_gate) own = _pairs.GetValueOrDefault(to.AddressFamily)?.Own;
        if (own is null) return;
        try
        {
            await own.SendToAsync(bytes, to, cancel);
        }
        catch (SocketException)
        {
            // The card has just gone, its address is not usable yet, or a firewall forbids it: as if the datagram was
            // lost, which it may be at any time.
        }
        catch (ObjectDisposedException)
        {
            // Stopped meanwhile, or opened anew.
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var pair in _pairs.Values) pair.Dispose();
            _pairs.Clear();
        }
    }

    private void Open(AddressFamily family)
    {
        if (_pairs.Remove(family, out var broken)) broken.Dispose();
        if (family == AddressFamily.InterNetworkV6) _joined.Clear();
        var any = family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        var shared = NewSocket(family);
        try
        {
            shared.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            shared.Bind(new IPEndPoint(any, SharedPort));
            var pair = _pairs[family] = new Pair(shared, BindOwn(family, any));
            Receive(pair, pair.Shared, any);
            Receive(pair, pair.Own, any);
        }
        catch
        {
            shared.Dispose();
            throw;
        }
    }

    private static Socket BindOwn(AddressFamily family, IPAddress any)
    {
        for (var port = OwnPortFirst; ; port++)
        {
            var own = NewSocket(family);
            try
            {
                // Of a machine with more nodes than ports the others take any.
                own.Bind(new IPEndPoint(any, port > OwnPortLast ? 0 : port));
                return own;
            }
            catch (SocketException e)
            {
                own.Dispose();
                if (e.SocketErrorCode != SocketError.AddressAlreadyInUse || port > OwnPortLast) throw;
            }
        }
    }

    private static Socket NewSocket(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        if (family == AddressFamily.InterNetwork) (socket.EnableBroadcast, socket.Ttl) = (true, RoutersMax + 1);
        return socket;
    }

    /// <summary>A card that comes again has another index.</summary>
    private void Join(IReadOnlyList<LanSegment> segments)
    {
        if (!_pairs.TryGetValue(AddressFamily.InterNetworkV6, out var pair)) return;
        foreach (var group in segments.Select(segment => segment.Everybody).Where(all => all.IsIPv6Multicast))
        {
            if (_joined.Contains(group.ScopeId)) continue;
            try
            {
                pair.Shared.SetSocketOption(
                    SocketOptionLevel.IPv6, SocketOptionName.AddMembership,
                    new IPv6MulticastOption(new IPAddress(group.GetAddressBytes()), group.ScopeId));
                _joined.Add(group.ScopeId);
            }
            catch (SocketException)
            {
                // The card has just gone, or takes no multicast. The next change of the network tries again.
            }
        }
        _joined.IntersectWith(segments.Select(segment => segment.Everybody).Where(all => all.IsIPv6Multicast)
            .Select(all => all.ScopeId));
    }

    private void Receive(Pair pair, Socket socket, IPAddress any) => pair.Receiving.Add(Task.Run(async () =>
    {
        var buffer = new byte[DatagramBytesMax];
        try
        {
            while (true) await ReceiveAsync(socket, buffer, any);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed, or the system has taken the network away: opened again at its next change.
            pair.IsBroken = true;
        }
    }));

    private async Task ReceiveAsync(Socket socket, Memory<byte> buffer, IPAddress any)
    {
        try
        {
            var got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(any, 0));
            var source = (IPEndPoint)got.RemoteEndPoint;
            if (LanSegment.For(source.Address, _segments, _told) is { } segment)
                received(new LanDatagram(source, segment, buffer[..got.ReceivedBytes].ToArray()));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.MessageSize or SocketError.ConnectionReset)
        {
            // Some systems tell of datagrams that are too long, and of earlier ones that nobody took. Neither is news.
        }
    }

    private sealed class Pair(Socket shared, Socket own) : IDisposable
    {
        private volatile bool _isBroken;

        public Socket Shared { get; } = shared;
        public Socket Own { get; } = own;
        public List<Task> Receiving { get; } = [];

        public bool IsBroken
        {
            get => _isBroken;
            set => _isBroken = value;
        }

        public void Dispose()
        {
            Shared.Dispose();
            Own.Dispose();
        }
    }
}
