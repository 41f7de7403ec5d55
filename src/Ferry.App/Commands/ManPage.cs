using System.CommandLine;

namespace Ferry.App.Commands;

/// <summary>The command table as a manual page, in the macros of man(7).</summary>
internal static class ManPage
{
    public static IEnumerable<string> Lines(CommandTable table)
    {
        IEnumerable<string>[] sections =
        [
            Opening(), Section("COMMANDS", table.Shown.SelectMany(Command)),
            Section("OPTIONS", table.Options.Everywhere.SelectMany(Option).Prepend("Every command knows these.")),
            Section("EXIT STATUS", ExitCodes.Meanings.SelectMany(code =>
                Entry(Bold($"{(int)code.Code}"), code.Meaning))),
            Section("ENVIRONMENT", [
                .. Entry(Bold("FERRY_HOME"), "The node's folder, where --home does not name another."),
                .. Entry(Bold("NO_COLOR"), "No colours on terminals, whatever its value.")]),
            Section("FILES", Entry(
                Italic("~/.ferry"),
                "The home of a node: its key, its write-ahead log, what it shares, and its downloads.")),
        ];
        return sections.SelectMany(lines => lines);
    }

    private static IEnumerable<string> Opening() =>
    [
        $".TH FERRY 1 \"\" \"ferry {AppVersion.Text}\" \"User Commands\"",
        ".SH NAME", Text("ferry - carries files from device to device, without a server"),
        ".SH SYNOPSIS", $"{Bold("ferry")} [{Italic("options")}]", ".br",
        $"{Bold("ferry")} {Italic("COMMAND")} ... [{Italic("options")}]",
        ".SH DESCRIPTION",
        Text("ferry alone, or ferry node, starts a node; with a terminal it opens the node's shell. Every other " +
            "command talks to the node that is running, through a socket in its home. In the shell the same commands " +
            "are typed without ferry."),
    ];

    private static IEnumerable<string> Command(FerryCommand command)
    {
        yield return $".SS {Bold(HelpText.Heading(command))}";
        yield return Text(command.Summary + ".");
        foreach (var paragraph in command.Details)
        {
            yield return ".PP";
            yield return Text(paragraph);
        }
        foreach (var line in command.Options.Where(option => !option.Hidden).SelectMany(Option)) yield return line;
        foreach (var example in command.Examples)
        {
            yield return ".PP";
            yield return Bold("ferry " + example.Line);
            yield return ".br";
            yield return Text(example.Meaning);
        }
    }

    private static IEnumerable<string> Section(string title, IEnumerable<string> lines) =>
        lines.Prepend($".SH \"{title}\"");

    private static IEnumerable<string> Option(Option option) => Entry(
        Bold(HelpText.Names(option)) + (option.HelpName is { } value ? " " + Italic(value) : ""),
        option.Description ?? "");

    private static IEnumerable<string> Entry(string tag, string text) => [".TP", tag, Text(text)];

    private static string Bold(string text) => $@"\fB{Escaped(text)}\fR";

    private static string Italic(string text) => $@"\fI{Escaped(text)}\fR";

    /// <summary>A line of running text, which must not look like a request of troff.</summary>
    private static string Text(string text) => text is ['.' or '\'', ..] ? @"\&" + Escaped(text) : Escaped(text);

    /// <summary>A bare hyphen, quote, caret or tilde is typographic to troff; what is typed must stay ASCII.</summary>
    private static string Escaped(string text) => text
        .Replace(@"\", @"\e", StringComparison.Ordinal)
        .Replace("-", @"\-", StringComparison.Ordinal)
        .Replace("'", @"\(aq", StringComparison.Ordinal)
        .Replace("^", @"\(ha", StringComparison.Ordinal)
        .Replace("~", @"\(ti", StringComparison.Ordinal);
}
