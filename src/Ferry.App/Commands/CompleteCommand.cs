using System.CommandLine;
using Ferry.App.Control;

namespace Ferry.App.Commands;

/// <summary>What the completion scripts call: a candidate a line, behind a tab what it means.</summary>
internal sealed class CompleteCommand : FerryCommand
{
    private readonly Argument<string[]> _words = new("WORD")
    {
        Arity = ArgumentArity.ZeroOrMore, Description = "The words behind ferry; the last is being typed.",
    };

    private readonly Option<string?> _line = new("--line")
    {
        HelpName = "TEXT", Description = "The same as a line, up to the cursor.",
    };

    public CompleteCommand() : base("complete", "Say what may stand where somebody is typing")
    {
        Hidden = true;
        Add(_words);
        Add(_line);
    }

    public override IReadOnlyList<Example> Examples =>
    [
        new("complete --line 'request so'", "What the last search has found that begins with so."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        IReadOnlyList<string> words = parsed.GetValue(_line) is { } line
            ? Words.Typed(line).Words : parsed.GetValue(_words) ?? [];
        // The home that is being typed, not that of this call.
        var home = Home(words) is { } named ? Paths.FerryHome(named, null) : context.Home;
        using var node = new ControlClient(home, context.Program, context.Time);
        var names = new ValueNames(node, home, context.Table, context.Time);
        foreach (var candidate in await new Completions(context.Table, names).OfAsync(words, cancel))
            context.Screen.Fields(candidate.Word, candidate.Meaning);
        return ExitCode.Done;
    }

    private static string? Home(IReadOnlyList<string> words) =>
        Enumerable.Range(1, Math.Max(0, words.Count - 2)).Where(i => words[i - 1] == "--home")
            .Select(i => words[i]).FirstOrDefault();
}
