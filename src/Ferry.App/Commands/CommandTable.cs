using System.CommandLine;
using Ferry.App.Commands.Demo;

namespace Ferry.App.Commands;

/// <summary>
/// All commands, in the order in which help lists them. The command line and the shell use the same table, so that a
/// word learnt in one place works in the other.
/// </summary>
internal sealed class CommandTable
{
    public CommandTable()
    {
        foreach (var command in Commands) Root.Add(command);
        foreach (var option in Options.Everywhere) Root.Add(option);
        Root.Add(Options.Version);
    }

    public CommonOptions Options { get; } = new();

    /// <summary>A plain command, not a RootCommand: help, version and errors are ours and speak as one.</summary>
    public Command Root { get; } = new("ferry", "Carries files from device to device, without a server.");

    public IReadOnlyList<FerryCommand> Commands { get; } =
    [
        new NodeCommand(), new DiscoverCommand(), new JoinCommand(), new LeaveCommand(), new RequestCommand(),
        new SearchCommand(), new ShareCommand(), new UnshareCommand(), new FilesCommand(), new PeersCommand(),
        new RoutesCommand(), new TransfersCommand(), new StatusCommand(), new CancelCommand(), new DemoCommand(),
        new HelpCommand(),
    ];

    public FerryCommand? Find(string name) =>
        Commands.FirstOrDefault(command => string.Equals(command.Name, name, StringComparison.OrdinalIgnoreCase));

    public ParseResult Parse(IReadOnlyList<string> words)
    {
        // Files may be called @this or @that: no response files.
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var parsed = Root.Parse(words, configuration);
        if (parsed.CommandResult.Command != Root || parsed.GetValue(Options.Help) || parsed.GetValue(Options.Version))
        {
            return parsed;
        }

        // `ferry` and `ferry --open` are `ferry node` and `ferry node --open`.
        return words.Count == 0 || words[0].StartsWith('-') ? Root.Parse(["node", .. words], configuration) : parsed;
    }

    /// <summary>The command that was meant, when a word is close to one.</summary>
    public string? Guess(string word)
    {
        var best = Commands.MinBy(command => Distance(word, command.Name))!;
        return Distance(word, best.Name) <= Math.Max(2, best.Name.Length / 3) ? best.Name : null;
    }

    /// <summary>Insertions, deletions and replacements between two words (Levenshtein), row by row.</summary>
    private static int Distance(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = previous[j - 1] + (char.ToLowerInvariant(from[i - 1]) == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[^1];
    }
}
