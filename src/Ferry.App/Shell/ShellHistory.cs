using System.Text;
using Ferry.App.Commands;

namespace Ferry.App.Shell;

/// <summary>
/// The lines that were typed, kept in the home for the next run, for its owner only. Not kept: a line that begins with
/// a blank, the same line again, and what holds a ticket, which is a secret. Passphrases are never part of a line.
/// </summary>
internal sealed class ShellHistory(string home)
{
    public const int LinesMax = 1000;

    private const string TicketScheme = "ferry:";
    private const long BytesMax = 8 << 20;

    private readonly string _path = Path.Combine(home, "shell-history");
    private readonly List<string> _lines = [];

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <exception cref="IOException">It cannot be read; the history is empty.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Load()
    {
        if (new FileInfo(_path) is not { Exists: true, Length: <= BytesMax }) return;
        _lines.AddRange(File.ReadLines(_path, Encoding.UTF8)
            .Where(line => line.Length is > 0 and <= LineEditor.TextMax && !line.Any(char.IsControl))
            .TakeLast(LinesMax));
    }

    /// <exception cref="IOException">It cannot be kept for the next run.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || line[0] == ' ') return;
        if (line.Contains(TicketScheme, StringComparison.OrdinalIgnoreCase)) return;
        if (_lines is [.., var last] && last == line) return;
        _lines.Add(line);
        if (_lines.Count > LinesMax) _lines.RemoveRange(0, _lines.Count - LinesMax);
        PrivateFile.Replace(_path, string.Concat(_lines.Select(each => each + "\n")));
    }
}
