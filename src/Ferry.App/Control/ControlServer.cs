using Ferry.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ferry.App.Control;

/// <summary>Serves a node's control API, HTTP over a Unix socket that only its owner may open.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int BodyBytesMax = 64 * 1024;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly ControlListener _listener;

    private ControlServer(WebApplication app, ControlListener listener) => (_app, _listener) = (app, listener);

    /// <param name="home">Locked until the server is disposed.</param>
    /// <exception cref="FerryException">The socket cannot be made.</exception>
    public static async Task<ControlServer> StartAsync(
        INode node, string home, TimeProvider time, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, ControlSocket.PathIn(home)));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        var listener = new ControlListener(home, time);
        builder.Services.AddSingleton<IConnectionListenerFactory>(listener);
        var app = builder.Build();
        app.UseRouting();
        new ControlRoutes(node).Map(app);
        try
        {
            await app.StartAsync(cancel);
            return new ControlServer(app, listener);
        }
        catch
        {
            await app.DisposeAsync();
            await listener.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Streams to clients that still listen are cut after the time-out.
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _listener.DisposeAsync();
    }

    private static void Limit(KestrelServerOptions kestrel, string path)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
        // A client on the same machine that is stopped in a debugger or a pager is no attack.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
