using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class DiscoverCommand() : FerryCommand("discover", "List the nodes within radio range")
{
    private static readonly Column[] Columns =
        [new("Node"), new("Transport"), new("Address"), new("Signal", IsNumber: true)];

    public override IReadOnlyList<string> Details =>
    [
        "Looks for nodes over Bluetooth, which takes some twelve seconds. It waits while a transfer uses Bluetooth, " +
        "and gives up with a word when that takes long. Names are what the nodes call themselves; who they are is " +
        "proven when they are joined.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("discover", "Then 'join ADDRESS' with an address of the list."),
        new("discover --json", "For scripts: one object a node."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        context.Screen.Note("Looking for nodes within radio range ...");
        var found = await context.Node.DiscoverAsync(cancel);
        foreach (var node in found) context.Screen.Json(node, ControlJson.Default.DiscoveredInfo);
        if (found.Count == 0)
        {
            throw new FerryException(
                FailureKind.NothingFound,
                "no node is within radio range that can be found: others are found while they listen ('ferry node " +
                "--listen bluetooth://hci0') and their adapter is discoverable ('bluetoothctl discoverable on')");
        }
        context.Screen.Table(Columns, found.Select(node => new[]
        {
            node.Name, node.Transport, node.Address, node.SignalDbm is { } signal ? $"{signal} dBm" : "-",
        }));
        return ExitCode.Done;
    }
}
