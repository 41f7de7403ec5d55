using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Ferry.Runtime;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ferry.App.Control;

/// <summary>
/// Accepts the clients of the control socket. A socket that somebody removed, a cleaner of temporary folders for
/// example, is made again. More clients than may be served at once wait in the kernel's queue.
/// </summary>
internal sealed class ControlListener : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>How often the socket's file is looked for.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(2);

    /// <summary>Each is a process of the owner's, which costs more than its connection.</summary>
    private const int ClientsMax = 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly string _home;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(ClientsMax);
    private readonly Channel<Socket> _accepted = Channel.CreateBounded<Socket>(1);
    private readonly SocketConnectionContextFactory _connections =
        new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private readonly Task _listening;

    /// <exception cref="FerryException">The socket cannot be made.</exception>
    public ControlListener(string home, TimeProvider time)
    {
        (_home, _time, _path) = (home, time, ControlSocket.PathIn(home));
        _listening = ListenAsync(ControlSocket.Open(home));
    }

    public EndPoint EndPoint => new UnixDomainSocketEndPoint(_path);

    /// <summary>It listens already: the place is known before the server is.</summary>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        await _free.WaitAsync(cancellationToken);
        if (!await _accepted.Reader.WaitToReadAsync(cancellationToken)) return null;
        if (!_accepted.Reader.TryRead(out var client)) return null;
        var connection = _connections.Create(client);
        connection.ConnectionClosed.Register(() => _free.Release());
        return connection;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _stop.CancelAsync();
        await _listening;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync(CancellationToken.None);
        while (_accepted.Reader.TryRead(out var client)) client.Dispose();
        _connections.Dispose();
    }

    private async Task ListenAsync(Socket first)
    {
        for (var socket = first; socket is not null; socket = await OpenAgainAsync())
        {
            // Removes its file.
            using (socket) await AcceptUntilGoneAsync(socket);
        }
        _accepted.Writer.Complete();
    }

    /// <summary>Ends when the socket's file is gone, and at the stop.</summary>
    private async Task AcceptUntilGoneAsync(Socket socket)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var watching = WatchAsync(gone);
        try
        {
            while (true) await HandOverAsync(await NextAsync(socket, gone.Token));
        }
        catch (OperationCanceledException)
        {
            await watching;
        }
    }

    private async Task<Socket> NextAsync(Socket socket, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await socket.AcceptAsync(cancel);
            }
            catch (SocketException)
            {
                // A client that left while it waited, or too many open files: the next may fare better.
                await Task.Delay(RetryAfter, _time, cancel);
            }
        }
    }

    private async Task HandOverAsync(Socket client)
    {
        try
        {
            await _accepted.Writer.WriteAsync(client, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            client.Dispose();
            throw;
        }
    }

    private async Task WatchAsync(CancellationTokenSource gone)
    {
        using var timer = new PeriodicTimer(CheckEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(gone.Token))
            {
                if (!File.Exists(_path)) await gone.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Found to be gone, or the node stops.
        }
    }

    /// <summary>Null at the stop.</summary>
    private async Task<Socket?> OpenAgainAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                return ControlSocket.Open(_home);
            }
            catch (FerryException)
            {
                // The folder is gone or the disk is full: what can be done is to try again.
                await Task.Delay(CheckEvery, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        return null;
    }
}
