using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>Any IP network.</summary>
public sealed class TcpTransport(TimeProvider time) : ITransport
{
    /// <summary>A reachable machine answers within a second; this leaves room for two lost packets.</summary>
    public static readonly TimeSpan ConnectTimeLimit = TimeSpan.FromSeconds(10);

    private const int Backlog = 128;

    public string Scheme => "tcp";

    public async Task<Outcome<IConnection>> ConnectAsync(NodeAddress address, CancellationToken cancel)
    {
        var target = (NodeAddress.Tcp)address;
        if (target.Port == 0)
            return new LinkFailure(LinkFailureKind.BadAddress, $"{target} has port 0, which nobody can be reached at.");
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
            if (!IPAddress.TryParse(target.Host, out var local))
                local = (await Dns.GetHostAddressesAsync(target.Host, cancel))[0];
            socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (local.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(local, target.Port));
            socket.Listen(Backlog);
            var bound = (IPEndPoint)socket.LocalEndPoint!;
            var listener = new SocketListener(
                socket, TcpConnection.Text(bound), () => TcpAddresses.Of(bound),
                accepted => new TcpConnection(accepted), time);
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
