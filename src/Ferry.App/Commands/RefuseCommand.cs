using System.CommandLine;
using Ferry.App.Control;

namespace Ferry.App.Commands;

internal sealed class RefuseCommand : FerryCommand
{
    private readonly Argument<string> _what = new("WHAT")
    {
        Description = "The name of what is offered, or the beginning of its transfer id.",
    };

    public RefuseCommand() : base("refuse", "Turn down what another node offers to send") =>
        Add(_what, ValueKinds.Transfer);

    public override IReadOnlyList<string> Details =>
        ["The sender is told. 'ferry block' keeps a node from offering anything."];

    public override IReadOnlyList<Example> Examples => [new("refuse chart.pdf", "It is not fetched.")];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var refused = await context.Node.RefuseAsync(parsed.GetRequiredValue(_what), cancel);
        context.Screen.Json(refused, ControlJson.Default.OfferInfo);
        context.Screen.Line($"Refused {refused.Name}; {refused.Fingerprint} is told.");
        return ExitCode.Done;
    }
}
