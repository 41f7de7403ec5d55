using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// Recognizes the key of a node, of any node: whoever gets it can pretend to be that node. The folder of a key is a
/// home, or a backup of one, and is not offered at all; a key under another name is recognized by its bytes.
/// </summary>
internal static class NodeKeys
{
    private const string Name = "node.key";

    /// <summary>The longest file that is looked at as a key.</summary>
    private const int BytesMax = 16 * 1024;

    /// <summary>Is it <c>node.key</c>, or a copy as editors and people make them: <c>node.key~</c>?</summary>
    internal static bool IsName(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.StartsWith(Name, StringComparison.OrdinalIgnoreCase)
            && (name.Length == Name.Length || !char.IsAsciiLetterOrDigit(name[Name.Length]));
    }

    /// <summary>Without a listing: a copy under a similar name is not noticed.</summary>
    internal static bool LiesIn(string folder) => IsKey(Path.Combine(folder, Name));

    /// <param name="names">Of all that is in the folder.</param>
    internal static bool LiesAmong(string folder, IEnumerable<string> names) =>
        names.Any(name => IsName(name) && IsKey(Path.Join(folder, name)));

    /// <summary>A private key without a password, as PEM: what a node's key is.</summary>
    internal static bool IsKey(ReadOnlySpan<byte> file) =>
        file.Length <= BytesMax && file.TrimStart(" \t\r\n"u8).StartsWith("-----BEGIN PRIVATE KEY-----"u8);

    private static bool IsKey(string path) => FileStamps.Read(path).Kind is not (FileKind.Missing or FileKind.Folder);
}
