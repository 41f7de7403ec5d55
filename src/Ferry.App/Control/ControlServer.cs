using System.Net.Sockets;
using Ferry.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ferry.App.Control;

/// <summary>Serves a node's control API, HTTP over a Unix socket that only its owner may open.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int BodyBytesMax = 64 * 1024;
    private const int ClientsMax = 64;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private ControlServer(WebApplication app) => _app = app;

    /// <param name="home">Prepared by <see cref="ControlSocket.PrepareAsync"/>.</param>
    /// <exception cref="FerryException">The socket cannot be made.</exception>
    public static async Task<ControlServer> StartAsync(INode node, string home, CancellationToken cancel)
    {
        var path = ControlSocket.PathIn(home);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, path));
        builder.Services.Configure<SocketTransportOptions>(
            sockets => sockets.CreateBoundListenSocket = at => ControlSocket.Bind((UnixDomainSocketEndPoint)at, path));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        var app = builder.Build();
        app.UseRouting();
        new ControlRoutes(node).Map(app);
        try
        {
            await app.StartAsync(cancel);
            return new ControlServer(app);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            await app.DisposeAsync();
            throw new FerryException(FailureKind.Failed,
                $"The control socket {path} cannot be made: {e.Message} Choose another home with --home.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Streams to clients that still listen are cut after the time-out.
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel, string path)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
        kestrel.Limits.MaxConcurrentConnections = ClientsMax;
        // A client on the same machine that is stopped in a debugger or a pager is no attack.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
    }

    /// <summary>The node decides when to stop; without this the host would catch Ctrl-C itself.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
