using System.CommandLine;
using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class JoinCommand : FerryCommand
{
    private readonly Argument<string> _address = new("ADDRESS")
    {
        Description = "Where the other node listens, its name, or a ticket; - reads it from standard input.",
    };

    public JoinCommand() : base("join", "Join another node, and so its network") =>
        Add(_address, ValueKinds.Near | ValueKinds.Joined);

    public override IReadOnlyList<string> Details =>
    [
        "ADDRESS is what the other node shows when it starts: an IP address or a host name, with a port when it is " +
        "not 4747; or the address of a Bluetooth adapter; or the name of a node on the same LAN. The node remembers " +
        "it and connects again by itself whenever the link is lost, until you leave.",
        "A ticket has addresses and key of the other node in it, and the right to be let in: who reads it can use " +
        "it. On the command line other users of this machine see it; with '-' in its place, and in the shell, they " +
        "do not.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("join 192.168.1.7", "The port is 4747 unless said otherwise."),
        new("join boat.local:5000", "A host name and a port."),
        new("join boat", "A node that 'discover' shows, or else a host of that name."),
        new("join [fe80::1%wlan0]:4747", "An IPv6 address stands in brackets."),
        new("join AA:BB:CC:DD:EE:FF/3", "Over Bluetooth, at channel 3."),
        new("join ferry:AT-a...", "A ticket that the other node's 'invite' has made."),
        new("join -", "The ticket is typed, or comes from a pipe."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var address = parsed.GetRequiredValue(_address);
        if (address == "-") address = await ReadAsync(context, cancel);
        var joined = await context.Node.JoinAsync(address, cancel);
        context.Screen.Json(joined, ControlJson.Default.JoinInfo);
        context.Screen.Line(
            $"Joined {joined.Nickname} ({NodeFingerprint.Of(joined.Node)}) at {joined.Address} over " +
            $"{joined.Transport}.");
        return ExitCode.Done;
    }

    private static async Task<string> ReadAsync(CommandContext context, CancellationToken cancel)
    {
        if (context.Screen.Traits.InputIsTerminal) context.Screen.Note("Type the address or the ticket, and Enter.");
        var line = (await context.Input.ReadAsync("", cancel))?.Trim();
        if (!string.IsNullOrEmpty(line)) return line;
        throw new FerryException(
            FailureKind.Usage, "there is no address on standard input: type it, or send it through a pipe");
    }
}
