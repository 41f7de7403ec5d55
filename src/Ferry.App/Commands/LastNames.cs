using System.Text;
using Ferry.App.Output;

namespace Ferry.App.Commands;

/// <summary>
/// The names that the last search, or the last look around, has shown, in the home: completion offers them to the next
/// command, in whatever process it is typed. They are a convenience: a home that cannot take them keeps no command
/// from its result.
/// </summary>
internal sealed class LastNames(string home, string what)
{
    public const int NamesMax = 2_000;
    private const int BytesMax = 1 << 20;

    private readonly string _path = Path.Combine(home, "last-" + what);

    public static LastNames Found(string home) => new(home, "found");

    public static LastNames Near(string home) => new(home, "near");

    public void Replace(IEnumerable<string> names)
    {
        // One with a line feed in it would be two; nobody types what a terminal would obey.
        var lines = names.Where(name => name.Length > 0 && SafeText.Clean(name) == name)
            .Distinct(StringComparer.Ordinal).Take(NamesMax);
        try
        {
            PrivateFile.Replace(_path, string.Concat(lines.Select(line => line + "\n")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The names of the search before are still true names.
        }
    }

    public IReadOnlyList<string> All()
    {
        try
        {
            return new FileInfo(_path) is { Exists: true, Length: <= BytesMax }
                ? File.ReadAllLines(_path, Encoding.UTF8) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
