using System.CommandLine;

namespace Ferry.App.Commands;

/// <param name="Line">As it is typed after <c>ferry</c>, or in the shell.</param>
internal sealed record Example(string Line, string Meaning);

/// <summary>An entry of <see cref="CommandTable"/>: its syntax, its help, and what it does.</summary>
internal abstract class FerryCommand(string name, string summary) : Command(name, summary)
{
    private readonly Dictionary<Symbol, ValueKinds> _kinds = [];

    public string Summary { get; } = summary;

    /// <summary>What a newcomer should know besides the options; paragraphs.</summary>
    public virtual IReadOnlyList<string> Details => [];

    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>What an argument or an option of this command names.</summary>
    public ValueKinds KindsOf(Symbol symbol) => _kinds.GetValueOrDefault(symbol);

    /// <summary>
    /// Failures that are known are thrown (<see cref="Ferry.Runtime.FerryException"/>,
    /// <see cref="Control.NoNodeException"/>); <see cref="CommandRunner"/> tells them and finds the exit code.
    /// </summary>
    public abstract Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel);

    /// <param name="kinds">What it names, for completion.</param>
    protected void Add(Argument argument, ValueKinds kinds)
    {
        Add(argument);
        _kinds[argument] = kinds;
    }

    /// <param name="kinds">What its value names, for completion.</param>
    protected void Add(Option option, ValueKinds kinds)
    {
        Add(option);
        _kinds[option] = kinds;
    }
}
