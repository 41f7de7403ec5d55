using System.CommandLine;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class HelpCommand : FerryCommand
{
    private readonly Argument<string?> _command = new("COMMAND")
    {
        Arity = ArgumentArity.ZeroOrOne, Description = "A command.",
    };

    private readonly Option<bool> _man = new("--man") { Description = "All of it, as a page for man(1)." };

    public HelpCommand() : base("help", "The commands, with examples")
    {
        Add(_command, ValueKinds.Command);
        Add(_man);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("help", "Lists the commands."),
        new("help request", "Tells all about one of them."),
        new("help --man", "Writes the manual page: ferry help --man > ferry.1."),
    ];

    public override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var lines = parsed.GetValue(_man) ? ManPage.Lines(context.Table)
            : parsed.GetValue(_command) is { } name ? HelpText.Of(Find(context, name), context.Table.Options)
            : HelpText.All(context.Table);
        foreach (var line in lines) context.Screen.Line(line);
        return Task.FromResult(ExitCode.Done);
    }

    private static FerryCommand Find(CommandContext context, string name) => context.Table.Find(name)
        ?? throw new FerryException(FailureKind.Usage, context.Table.NoCommand(name, context.Typed));
}
