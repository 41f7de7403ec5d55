using System.CommandLine;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class HelpCommand : FerryCommand
{
    private readonly Argument<string?> _command = new("COMMAND")
    {
        Arity = ArgumentArity.ZeroOrOne, Description = "A command.",
    };

    public HelpCommand() : base("help", "The commands, with examples") => Add(_command);

    public override IReadOnlyList<Example> Examples =>
    [
        new("help", "Lists the commands."),
        new("help request", "Tells all about one of them."),
    ];

    public override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var lines = parsed.GetValue(_command) is { } name
            ? HelpText.Of(Find(context.Table, name), context.Table.Options)
            : HelpText.All(context.Table);
        foreach (var line in lines) context.Screen.Line(line);
        return Task.FromResult(ExitCode.Done);
    }

    private static FerryCommand Find(CommandTable table, string name)
    {
        if (table.Find(name) is { } found) return found;
        var guess = table.Guess(name) is { } guessed ? $"did you mean '{guessed}'? " : "";
        throw new FerryException(FailureKind.Usage, $"there is no command '{name}'; {guess}'ferry help' lists them.");
    }
}
