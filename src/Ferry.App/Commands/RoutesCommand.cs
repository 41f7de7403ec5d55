using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class RoutesCommand() : FerryCommand("routes", "Show the routing table")
{
    private static readonly Column[] Columns =
    [
        new(""), new("Destination"), new("Next hop"), new("Hops", IsNumber: true), new("Transport"),
        new("1 MiB in", IsNumber: true), new("First hop", IsNumber: true), new("Age", IsNumber: true),
        new("Why", MayWrap: true),
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("routes", "Who is reachable through whom, and why that way. A star marks the way that data takes."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var routes = await context.Node.RoutesAsync(cancel);
        foreach (var route in routes) context.Screen.Json(route, ControlJson.Default.RouteInfo);
        if (routes.Count == 0) context.Screen.Note("No routes yet: they are learnt from what passes, as a search.");
        else
        {
            context.Screen.Table(Columns, routes.Select(route => new[]
            {
                route.Selected ? "*" : "", ShortId.Of(route.Destination),
                $"{route.NextHopName} ({ShortId.Of(route.NextHop)})", route.Hops.ToString(), route.Transport,
                Units.Time(route.MetricMs / 1000), Units.Time(route.FirstHopMs / 1000), Units.Time(route.AgeSeconds),
                route.Why,
            }));
        }
        return ExitCode.Done;
    }
}
