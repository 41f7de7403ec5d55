using System.CommandLine;

namespace Ferry.App.Commands.Demo;

internal sealed class DemoCommand() : FerryCommand("demo", "Show a small network on this machine, end to end")
{
    public override IReadOnlyList<Example> Examples => [new("demo", "x")];

    public override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel) =>
        Task.FromResult(ExitCode.Done);
}
