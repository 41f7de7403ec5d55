using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class StatusCommand() : FerryCommand("status", "One page about this node")
{
    public override IReadOnlyList<Example> Examples =>
    [
        new("status", "Who it is, where it listens, what it shares, how it is connected."),
        new("status --json", "For scripts. Exit code 4 when no node is running."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var status = await context.Node.StatusAsync(cancel);
        context.Screen.Json(status, ControlJson.Default.StatusInfo);
        foreach (var (name, value) in Page(status)) context.Screen.Line($"{name,-12} {value}");
        return ExitCode.Done;
    }

    private static IEnumerable<(string Name, string Value)> Page(StatusInfo status)
    {
        yield return ("node", $"{status.Nickname} ({status.Node})");
        yield return ("fingerprint", NodeFingerprint.Of(status.Node));
        yield return ("version", status.Version);
        yield return ("running for", Units.Time(status.UptimeSeconds));
        yield return ("network", status.Network.Name());
        if (status.NetworkKey is { } key) yield return ("network key", key);
        foreach (var address in status.Listening) yield return ("listens on", address);
        foreach (var warning in status.Warnings) yield return ("warning", warning);
        foreach (var address in status.Joined) yield return ("joined", address);
        yield return ("home", status.Home);
        yield return ("downloads", status.Downloads);
        foreach (var share in status.Shares)
        {
            yield return ("shares", ShareCommand.Text(share));
            foreach (var trouble in share.Troubles) yield return ("", $"  {trouble}");
        }
        yield return ("neighbours", $"{status.Peers}");
        yield return ("routes", $"{status.Routes}");
        yield return ("transfers", $"{status.TransfersRunning} running, {status.TransfersUnfinished} unfinished");
    }
}
