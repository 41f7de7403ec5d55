using System.Text;

namespace Ferry.Runtime.Home;

/// <summary>The file that holds a network's passphrase: its owner's alone, like the key of the node.</summary>
internal static class PassphraseFile
{
    public const int BytesMax = 1024;
    public const int LettersMin = 8;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Without the line break at its end.</summary>
    /// <exception cref="FerryException">It cannot be read, others can read it, or it holds no passphrase.</exception>
    public static string Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Owner) != UnixFileMode.None)
            {
                throw new FerryException(
                    FailureKind.Failed,
                    $"others may read or change the passphrase file {path}: run 'chmod 600 {path}', and if others had "
                        + "the time to read it, choose another passphrase");
            }
            using var file = File.OpenRead(path);
            var bytes = new byte[BytesMax + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var text = new UTF8Encoding(false, true).GetString(bytes, 0, length).TrimEnd('\r', '\n');
            if (length <= BytesMax && text.Length >= LettersMin && !text.Any(char.IsControl)) return text;
        }
        catch (DecoderFallbackException)
        {
            // Said below, without what is in it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FerryException(
                FailureKind.Failed,
                $"the passphrase file {path} cannot be read ({e.Message}): name another with --passphrase-file", e);
        }
        throw new FerryException(
            FailureKind.Failed,
            $"the passphrase file {path} does not hold one line of {LettersMin} characters to {BytesMax} bytes: "
                + "'ferry passphrase' proposes one");
    }
}
