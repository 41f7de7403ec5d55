using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;
using QRCoder;

namespace Ferry.App.Commands;

internal sealed class InviteCommand : FerryCommand
{
    private readonly Option<int> _uses = new("--uses")
    {
        HelpName = "N", Description = "How many nodes it lets in; one unless said otherwise.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<TimeSpan> _for = TimeOption.Of(
        "--for", "How long it is good; 10m unless said otherwise. Units: s, m, h.", TimeSpan.FromMinutes(10),
        "90s, 10m or 2h");

    public InviteCommand() : base("invite", "Make a ticket by which another node joins this one")
    {
        Add(_uses);
        Add(_for);
    }

    public override IReadOnlyList<string> Details =>
    [
        "Whoever has the ticket types 'join TICKET' and is let in and remembered, and this node by it: the ticket " +
        "holds this node's addresses and key, and a secret. Give it to nobody else while it is good.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("invite", "A ticket for one node, good for ten minutes; with a QR code on a terminal."),
        new("invite --uses 30 --for 2h", "For a class."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var options = new InviteOptions(parsed.GetValue(_uses), parsed.GetValue(_for).TotalSeconds);
        var invited = await context.Node.InviteAsync(options, cancel);
        var screen = context.Screen;
        screen.Json(invited, ControlJson.Default.InviteInfo);
        var isForPeople = screen.Traits.OutputIsTerminal && !screen.IsJson && !screen.IsQuiet;
        if (isForPeople) foreach (var line in Code(invited.Ticket)) screen.Line(line);
        screen.Line(invited.Ticket);
        var whom = options.Uses == 1 ? "one node" : $"{options.Uses} nodes";
        if (isForPeople) screen.Note($"Lets in {whom} within {Units.Time(options.Seconds)} that says: join TICKET");
        return ExitCode.Done;
    }

    /// <summary>Two rows of modules to a line of text.</summary>
    private static string[] Code(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var drawing = new AsciiQRCode(code);
        return drawing.GetGraphicSmall().Split('\n');
    }
}
