using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class DiscoverCommand() : FerryCommand("discover", "List the nodes on the LAN and within radio range")
{
    private static readonly Column[] Columns =
        [new("Node"), new("Admits"), new("Transport"), new("Address"), new("Signal", IsNumber: true)];

    public override IReadOnlyList<string> Details =>
    [
        "Asks on the LAN, which takes a second, and looks for nodes over Bluetooth where there is an adapter, which " +
        "takes some twelve. That waits while a transfer uses Bluetooth, and gives up with a word when it takes long.",
        "Names are what the nodes call themselves; who they are is proven when they are joined, but for members of " +
        "this node's network, who have proven it. A node that admits neither everybody nor tickets tells its name " +
        "to members alone.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("discover", "Then 'join NAME', or 'join ADDRESS', with a name or an address of the list."),
        new("discover --json", "For scripts: one object a node."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        context.Screen.Note("Looking for nodes near ...");
        var found = await context.Node.DiscoverAsync(cancel);
        LastNames.Near(context.Home).Replace(found.SelectMany(node => new[] { node.Name, node.Address }));
        foreach (var node in found) context.Screen.Json(node, ControlJson.Default.DiscoveredInfo);
        if (found.Count == 0)
        {
            throw new FerryException(
                FailureKind.NothingFound,
                "nobody is near who can be found: nodes on the same LAN are found unless a firewall holds back UDP " +
                "(ports 4747 to 4755) or they have '--discovery off'; over Bluetooth they are found while they " +
                "listen ('ferry node --listen bluetooth://hci0') and their adapter is discoverable ('bluetoothctl " +
                "discoverable on')");
        }
        context.Screen.Table(Columns, found.Select(node => new[]
        {
            node.Name.Length > 0 ? node.Name : "-", node.Admits is { } admits ? Words(admits) : "-", node.Transport,
            node.Address, node.SignalDbm is { } signal ? $"{signal} dBm" : "-",
        }));
        return ExitCode.Done;
    }

    private static string Words(NodeAdmits admits) => admits switch
    {
        NodeAdmits.Member => "members, like you",
        NodeAdmits.Everybody => "everybody",
        NodeAdmits.Ticket => "who has a ticket",
        NodeAdmits.Passphrase => "who has the passphrase",
        _ => "whom its user lets in",
    };
}
