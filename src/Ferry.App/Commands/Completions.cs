using System.CommandLine;

namespace Ferry.App.Commands;

/// <param name="Word">In place of the word that is being typed; not quoted.</param>
/// <param name="Meaning">For people, of one line; may be empty.</param>
/// <param name="IsWhole">False when more belongs to it, as to a folder on the way to a file.</param>
internal sealed record Candidate(string Word, string Meaning = "", bool IsWhole = true);

/// <summary>
/// What may stand where somebody is typing: commands, options, and what their arguments name. Read from the command
/// table, by the shell and by the completion scripts of other shells.
/// </summary>
internal sealed class Completions(CommandTable table, ValueNames names)
{
    /// <param name="words">Without <c>ferry</c>. The last is being typed, up to the cursor; it may be empty.</param>
    /// <returns>All of them begin with that word.</returns>
    public async Task<IReadOnlyList<Candidate>> OfAsync(IReadOnlyList<string> words, CancellationToken cancel)
    {
        if (words.Count == 0) return [];
        var typed = words[^1];
        var line = new TypedLine(table, words.SkipLast(1));
        if (line.IsWrong) return [];
        if (line.Awaiting is { } option) return await ValuesAsync(line, option, typed, cancel);
        if (!line.TakesNoOptions && typed.StartsWith('-')) return await OptionsAsync(line, typed, cancel);
        if (line.Command is null) return Commands(typed);
        if (line.Next is not { } argument) return typed.Length == 0 ? Options(line, typed) : [];
        var values = await names.OfAsync(line.Command.KindsOf(argument), typed, cancel);
        // Where options may stand such a word is none.
        if (!line.TakesNoOptions) values = [.. values.Where(value => !value.Word.StartsWith('-'))];
        return values.Count == 0 && typed.Length == 0 && !line.TakesNoOptions ? Options(line, typed) : values;
    }

    private List<Candidate> Commands(string typed) =>
        [.. table.Shown.Where(command => Begins(command.Name, typed))
            .Select(command => new Candidate(command.Name, command.Summary))];

    private async Task<IReadOnlyList<Candidate>> OptionsAsync(
        TypedLine line, string typed, CancellationToken cancel)
    {
        if (typed.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var sign)) return Options(line, typed);
        if (line.Find(typed[..sign]) is not { } option) return [];
        var values = await ValuesAsync(line, option, typed[(sign + 1)..], cancel);
        return [.. values.Select(value => value with { Word = typed[..(sign + 1)] + value.Word })];
    }

    private static List<Candidate> Options(TypedLine line, string typed) =>
        [.. line.Options.Where(option => !option.Hidden && line.MayStillStand(option) && Begins(option.Name, typed))
            .Select(option => new Candidate(option.Name, option.Description ?? ""))];

    private async Task<IReadOnlyList<Candidate>> ValuesAsync(
        TypedLine line, Option option, string typed, CancellationToken cancel)
    {
        // Help says in capitals what a value is, and in small letters which there are.
        if (option.HelpName is { } help && help.Contains('|') && !help.Any(char.IsAsciiLetterUpper))
        {
            return [.. help.Split('|').Where(choice => Begins(choice, typed)).Select(choice => new Candidate(choice))];
        }
        var kinds = option == table.Options.Home ? ValueKinds.Folder : line.KindsOf(option);
        return await names.OfAsync(kinds, typed, cancel);
    }

    private static bool Begins(string word, string typed) => word.StartsWith(typed, StringComparison.Ordinal);
}
