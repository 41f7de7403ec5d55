using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ferry.App.Control;
using Ferry.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ferry.App.Metrics;

/// <summary>
/// Serves <c>/metrics</c> by HTTP, to whoever reaches the address: it is for programs that watch nodes.
/// </summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private const int ConnectionsMax = 16;
    private const string Path = "/metrics";
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly MetricsPage _page;

    private MetricsServer(WebApplication app, MetricsPage page, string url) => (_app, _page, Url) = (app, page, url);

    public string Url { get; }

    /// <summary>Of a port alone, those of this machine only.</summary>
    public static IPEndPoint? AddressOf(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return new IPEndPoint(IPAddress.Loopback, port);
        // Without a port it would be port 0, of which nobody knows where it is.
        return IPEndPoint.TryParse(text, out var address) && HasPort(text, address) ? address : null;
    }

    /// <exception cref="FerryException">Nobody can listen there.</exception>
    public static async Task<MetricsServer> StartAsync(IPEndPoint address, CancellationToken cancel)
    {
        var page = new MetricsPage(MetricsPage.MeterOfNodes, AppVersion.Text);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, address));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, page));
        try
        {
            await app.StartAsync(cancel);
            return new MetricsServer(app, page, app.Urls.First() + Path);
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            page.Dispose();
            if (e is not IOException and not SocketException) throw;
            throw new FerryException(
                FailureKind.Failed, $"the figures cannot be served at {address} ({e.GetBaseException().Message}): " +
                "name another address with --metrics", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _page.Dispose();
    }

    private static Task AnswerAsync(HttpContext context, MetricsPage page)
    {
        var request = context.Request;
        if (request.Path != Path || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync($"the figures are at {Path}\n", context.RequestAborted);
        }
        context.Response.ContentType = MetricsPage.ContentType;
        return context.Response.WriteAsync(page.Text(), context.RequestAborted);
    }

    private static void Limit(KestrelServerOptions kestrel, IPEndPoint address)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static bool HasPort(string text, IPEndPoint address) =>
        text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{address.Port}"), StringComparison.Ordinal)
        && (address.AddressFamily == AddressFamily.InterNetwork || text.Contains("]:", StringComparison.Ordinal));
}
