using System.CommandLine;

namespace Ferry.App.Commands;

/// <summary>Help, as lines of at most 80 columns.</summary>
internal static class HelpText
{
    private const int WidthMax = 80;

    public static IEnumerable<string> All(CommandTable table)
    {
        yield return "Ferry carries files from device to device, without a server or the internet.";
        yield return "";
        yield return "  ferry                    start a node and its shell (as 'ferry node')";
        yield return "  ferry COMMAND ...        talk to the node that is running";
        yield return "";
        yield return "Commands:";
        foreach (var command in table.Shown)
        {
            foreach (var line in Row(Heading(command), command.Summary, 24)) yield return line;
        }
        yield return "";
        yield return "Options that every command knows:";
        foreach (var line in table.Options.Everywhere.SelectMany(Row)) yield return line;
        yield return "";
        yield return "Try:";
        yield return "  ferry demo                       see it work on this machine";
        yield return "  ferry node --open --share ~/Music";
        yield return "  ferry request song.flac";
        yield return "";
        yield return "'ferry help COMMAND' tells more, with examples.";
    }

    public static IEnumerable<string> Of(FerryCommand command, CommonOptions common)
    {
        yield return "ferry " + Heading(command) + "  [options]";
        yield return "";
        foreach (var line in Wrap(command.Summary + ".", "", "")) yield return line;
        foreach (var paragraph in command.Details)
        {
            yield return "";
            foreach (var line in Wrap(paragraph, "", "")) yield return line;
        }
        var options = command.Options.Where(option => !option.Hidden).ToList();
        yield return "";
        yield return "Options:";
        foreach (var line in options.Concat(common.Everywhere).SelectMany(Row)) yield return line;
        yield return "";
        yield return command.Examples.Count == 1 ? "Example:" : "Examples:";
        foreach (var example in command.Examples)
        {
            yield return "  ferry " + example.Line;
            foreach (var line in Wrap(example.Meaning, "      ", "      ")) yield return line;
        }
    }

    /// <summary><c>request NAME</c>, <c>share PATH...</c>, <c>help [COMMAND]</c>.</summary>
    public static string Heading(Command command)
    {
        var arguments = command.Arguments.Select(argument =>
        {
            var name = argument.HelpName ?? argument.Name;
            if (argument.Arity.MaximumNumberOfValues > 1) name += "...";
            return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
        });
        return string.Join(' ', arguments.Prepend(command.Name));
    }

    /// <summary><c>--output, -o</c>.</summary>
    public static string Names(Option option) => string.Join(", ",
        option.Aliases.Where(alias => alias != "-?").Order(StringComparer.Ordinal).Prepend(option.Name));

    private static IEnumerable<string> Row(Option option)
    {
        var value = option.HelpName is { } help ? " " + help : "";
        return Row(Names(option) + value, option.Description ?? "", 24);
    }

    private static IEnumerable<string> Row(string left, string right, int width)
    {
        var indent = new string(' ', width + 3);
        var first = "  " + left.PadRight(width) + " ";
        if (left.Length <= width) return Wrap(right, first, indent);
        return Wrap(right, indent, indent).Prepend("  " + left);
    }

    /// <summary>Breaks between words; a word longer than the line stays whole.</summary>
    private static IEnumerable<string> Wrap(string text, string first, string rest)
    {
        var line = first;
        var isEmpty = true;
        foreach (var word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > WidthMax)
            {
                yield return line.TrimEnd();
                line = rest;
                isEmpty = true;
            }
            line += isEmpty ? word : " " + word;
            isEmpty = false;
        }
        yield return line.TrimEnd();
    }
}
