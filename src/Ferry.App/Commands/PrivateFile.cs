using System.Text;

namespace Ferry.App.Commands;

/// <summary>Text of the home that only its owner may read, replaced as a whole.</summary>
internal static class PrivateFile
{
    /// <exception cref="IOException">The old one stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The old one stays.</exception>
    public static void Replace(string path, string text)
    {
        // Two commands may end at once: each has a name of its own until the rename.
        var next = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options)) file.Write(Encoding.UTF8.GetBytes(text));
        File.Move(next, path, overwrite: true);
    }
}
