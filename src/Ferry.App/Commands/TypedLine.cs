using System.CommandLine;

namespace Ferry.App.Commands;

/// <summary>What the words before the one that is typed have settled. The parser only reads whole lines.</summary>
internal sealed class TypedLine
{
    private readonly CommandTable _table;
    private readonly HashSet<Option> _given = [];
    private int _arguments;

    public TypedLine(CommandTable table, IEnumerable<string> words)
    {
        _table = table;
        foreach (var word in words) Take(word);
    }

    public FerryCommand? Command { get; private set; }

    /// <summary>The option whose value comes next.</summary>
    public Option? Awaiting { get; private set; }

    /// <summary>A word stands there that is no command.</summary>
    public bool IsWrong { get; private set; }

    /// <summary>Behind <c>--</c>.</summary>
    public bool TakesNoOptions { get; private set; }

    /// <summary>What the next word that is no option names; null when there is one too many already.</summary>
    public Argument? Next
    {
        get
        {
            var arguments = Command?.Arguments ?? [];
            if (_arguments < arguments.Count) return arguments[_arguments];
            return arguments is [.., { Arity.MaximumNumberOfValues: > 1 } last] ? last : null;
        }
    }

    /// <summary>The command's first. Without one they are those of <c>ferry node</c>, which is the same.</summary>
    public IEnumerable<Option> Options
    {
        get
        {
            var common = _table.Options.Everywhere;
            return Command is null
                ? common.Append(_table.Options.Version).Concat(Implied?.Options ?? [])
                : Command.Options.Concat(common);
        }
    }

    public Option? Find(string name) =>
        Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    public bool MayStillStand(Option option) => option.ValueType.IsArray || !_given.Contains(option);

    public ValueKinds KindsOf(Option option) => (Command ?? Implied)?.KindsOf(option) ?? ValueKinds.None;

    private FerryCommand? Implied => _table.Find("node");

    private void Take(string word)
    {
        if (Awaiting is not null) Awaiting = null;
        else if (TakesNoOptions) _arguments++;
        else if (word == "--") TakesNoOptions = true;
        else if (word.Length > 1 && word[0] == '-') TakeOption(word);
        else if (Command is not null) _arguments++;
        else if (_table.Find(word) is { } command) Command = command;
        else IsWrong = true;
    }

    private void TakeOption(string word)
    {
        var sign = word.IndexOf('=', StringComparison.Ordinal);
        if (Find(sign < 0 ? word : word[..sign]) is not { } option) return;
        _given.Add(option);
        if (sign < 0 && option.ValueType != typeof(bool)) Awaiting = option;
    }
}
