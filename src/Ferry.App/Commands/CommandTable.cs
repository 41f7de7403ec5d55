using System.CommandLine;
using Ferry.App.Commands.Demo;
using Ferry.Names;

namespace Ferry.App.Commands;

/// <summary>
/// All commands, in the order in which help lists them. The command line and the shell use the same table, so that a
/// word learnt in one place works in the other.
/// </summary>
internal sealed class CommandTable
{
    /// <summary>Three letters of five right; with fewer it is another word.</summary>
    private const double AlikeMin = 0.6;

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
        new NodeCommand(), new DiscoverCommand(), new JoinCommand(), new LeaveCommand(), new InviteCommand(),
        new PassphraseCommand(),
        new AdmitCommand(), new TrustCommand(), new ForgetCommand(), new BlockCommand(), new RequestCommand(),
        new SearchCommand(), new SendCommand(), new AcceptCommand(), new RefuseCommand(), new ShareCommand(),
        new UnshareCommand(), new FilesCommand(), new PeersCommand(), new RoutesCommand(), new TransfersCommand(),
        new StatusCommand(), new CancelCommand(), new PauseCommand(), new ResumeCommand(), new LimitCommand(),
        new DiagnoseCommand(),
        new DemoCommand(), new CompletionsCommand(), new CompleteCommand(), new HelpCommand(),
    ];

    /// <summary>Without those that only programs call.</summary>
    public IEnumerable<FerryCommand> Shown => Commands.Where(command => !command.Hidden);

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

    /// <summary>What is said of a word that is no command.</summary>
    /// <param name="typed">A command as the user would type it here.</param>
    public string NoCommand(string word, Func<string, string> typed)
    {
        var guess = Guess(word) is { } name ? $"did you mean '{name}'? " : "";
        return $"there is no command '{word}': {guess}'{typed("help")}' lists them";
    }

    /// <summary>The command that was meant, when a word is close to one.</summary>
    public string? Guess(string word)
    {
        var alike = Shown.ToDictionary(
            command => command.Name,
            command => EditDistance.Similarity(word.ToLowerInvariant(), command.Name, AlikeMin));
        var best = alike.MaxBy(command => command.Value);
        return best.Value > 0 ? best.Key : null;
    }
}
