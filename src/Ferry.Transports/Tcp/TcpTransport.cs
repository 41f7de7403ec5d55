using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>Any IP network.</summary>
internal sealed class TcpTransport(TimeProvider time) : ITransport
{
    /// <summary>A reachable machine answers within a second; this leaves room for two lost packets.</summary>
    public static readonly TimeSpan ConnectTimeLimit = TimeSpan.FromSeconds(10);

    private const int Backlog = 128;

    public string Scheme => "tcp";

    public async Task<Outcome<IConnection>> ConnectAsync(NodeAddress address, CancellationToken cancel)
    {
        var target = (NodeAddress.Tcp)address;
        if (TcpFailure.OfTarget(target) is { } nonsense) return nonsense;
        using var limit = new CancellationTokenSource(ConnectTimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var socket = NewSocket(target);
        try
        {
            await socket.ConnectAsync(EndPointOf(target), either.Token);
            var connection = new TcpConnection(socket);
            socket = null;
            return Outcome<IConnection>.Of(connection);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return TcpFailure.OfRefusal(target, await OwnMeaningAsync(target, cancel));
        }
        catch (SocketException e)
        {
            return TcpFailure.OfConnect(target, e.SocketErrorCode, e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return TcpFailure.OfConnect(target, SocketError.TimedOut, string.Empty);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    public async Task<Outcome<IListener>> ListenAsync(NodeAddress address, CancellationToken cancel)
    {
        var target = (NodeAddress.Tcp)address;
        Socket? socket = null;
        try
        {
            socket = Bind(await ResolveAsync(target.Host, cancel), target.Port);
            socket.Listen(Backlog);
            var bound = (IPEndPoint)socket.LocalEndPoint!;
            var listener = new SocketListener(
                socket, TcpConnection.Text(bound), () => TcpAddresses.Of(bound),
                () => TcpAddresses.Caveat(target, bound), accepted => new TcpConnection(accepted), time);
            socket = null;
            return Outcome<IListener>.Of(listener);
        }
        catch (SocketException e)
        {
            return TcpFailure.OfListen(target, e.SocketErrorCode, e.Message);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    /// <summary>
    /// Debian gives a machine's own name the address 127.0.1.1 in its hosts file: any other is of more use to others.
    /// </summary>
    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        var all = await Dns.GetHostAddressesAsync(host, cancel);
        return Array.Find(all, own => !IPAddress.IsLoopback(own) && !own.IsIPv6LinkLocal) ?? all[0];
    }

    /// <summary>IPv6's wildcard takes both families, and stands for that of IPv4 where there is no other.</summary>
    private static Socket Bind(IPAddress local, int port)
    {
        if (!local.Equals(IPAddress.IPv6Any)) return Bind(local, port, dualMode: false);
        try
        {
            return Bind(local, port, dualMode: true);
        }
        catch (SocketException e) when (e.SocketErrorCode is not (
            SocketError.AddressAlreadyInUse or SocketError.AccessDenied))
        {
            return Bind(IPAddress.Any, port, dualMode: false);
        }
    }

    private static Socket Bind(IPAddress local, int port, bool dualMode)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (dualMode) socket.DualMode = true;
            socket.Bind(new IPEndPoint(local, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The loopback address that the target is, or that its name means here; null for others.</summary>
    private static async Task<IPAddress?> OwnMeaningAsync(NodeAddress.Tcp target, CancellationToken cancel)
    {
        try
        {
            IPAddress[] all = IPAddress.TryParse(target.Host, out var address)
                ? [address] : await Dns.GetHostAddressesAsync(target.Host, cancel);
            return Array.TrueForAll(all, IPAddress.IsLoopback) ? all[0] : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>A name may have addresses of both families, and a socket of both tries them all.</summary>
    private static Socket NewSocket(NodeAddress.Tcp target) =>
        IPAddress.TryParse(target.Host, out var address)
            ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);

    private static EndPoint EndPointOf(NodeAddress.Tcp target) =>
        IPAddress.TryParse(target.Host, out var address)
            ? new IPEndPoint(address, target.Port)
            : new DnsEndPoint(target.Host, target.Port);
}
