using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace Ferry.App.Output;

/// <summary>What is known about the other side of the three streams.</summary>
/// <param name="Width">Asked each time: people resize windows.</param>
internal sealed record ScreenTraits(bool OutputIsTerminal, bool InputIsTerminal, bool Colour, Func<int> Width)
{
    public static ScreenTraits Plain { get; } =
        new(OutputIsTerminal: false, InputIsTerminal: false, Colour: false, () => 80);
}

/// <summary>
/// All output and all errors go through here. Text for people is cleaned of what a terminal would obey; with
/// <c>--json</c> only objects are written, one a line.
/// </summary>
/// <param name="live">Lines that are drawn again and again; null where they cannot be.</param>
internal sealed class Screen(TextWriter output, TextWriter error, ScreenTraits traits, LiveBlock? live = null)
{
    public LiveBlock? Live { get; } = live;
    public ScreenTraits Traits { get; } = traits;
    public bool IsJson { get; private init; }
    public bool IsQuiet { get; private init; }
    public bool IsVerbose { get; private init; }

    public Screen With(bool json, bool quiet, bool verbose) =>
        new(output, error, Traits, Live) { IsJson = json, IsQuiet = quiet, IsVerbose = verbose };

    /// <summary>A result: what the command was asked for.</summary>
    public void Line(string text = "")
    {
        if (!IsJson) output.WriteLine(SafeText.Clean(text));
    }

    /// <summary>A line for another program, with tabs between its fields.</summary>
    public void Fields(params IEnumerable<string> fields) =>
        output.WriteLine(string.Join('\t', fields.Select(SafeText.Clean)));

    /// <summary>Beside the result; left out with <c>--quiet</c>.</summary>
    public void Note(string text)
    {
        if (!IsQuiet) Line(text);
    }

    public void Json<T>(T value, JsonTypeInfo<T> type)
    {
        if (IsJson) output.WriteLine(JsonSerializer.Serialize(value, type));
    }

    public void Table(IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (IsJson) return;
        Lines(TableText.Render(columns, rows, Traits));
    }

    /// <summary>More rows of a table that was begun.</summary>
    public void TableRows(IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (IsJson) return;
        Lines(TableText.Render(columns, rows, Traits, withTitles: false));
    }

    /// <summary>In one write: each costs some calls of the system.</summary>
    private void Lines(IEnumerable<string> lines) =>
        output.Write(string.Concat(lines.Select(line => line + output.NewLine)));

    /// <summary>Failures and warnings, for people as well as for scripts that keep a log.</summary>
    public void Error(string sentence) => error.WriteLine("ferry: " + SafeText.Clean(sentence));

    /// <summary>A log beside the errors.</summary>
    public StandardErrorLog Log(TimeProvider time, LogLevel least, bool isJson) => new(error, time, least, isJson);

    /// <summary>More about an error, on lines of its own.</summary>
    public void ErrorDetail(string text)
    {
        foreach (var line in text.Split('\n')) error.WriteLine(SafeText.Clean(line.TrimEnd('\r')));
    }

    /// <summary>In front of what is typed, where the terminal itself edits it.</summary>
    public void Prompt(string text)
    {
        output.Write(text);
        output.Flush();
    }
}
