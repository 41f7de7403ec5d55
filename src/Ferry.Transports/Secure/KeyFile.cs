using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ferry.Transports.Secure;

/// <summary>A node's key on disk: PKCS#8 in PEM, readable by its owner only. It is created atomically.</summary>
internal static partial class KeyFile
{
    public const string Name = "node.key";

    private const string Temporary = ".tmp";
    private const int BytesMax = 16 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    public static ECDsa ReadOrCreate(string path)
    {
        try
        {
            if (!File.Exists(path)) Create(path);
            var key = Read(path);
            RemoveUnfinished(path);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException(
                $"the key file {path} cannot be read or written ({e.Message}): give this user the right to", e);
        }
    }

    private static ECDsa Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw new IdentityException(
                $"others may read or change the key file {path}, so it may not be this node's alone any more: "
                    + $"if you trust it, run 'chmod 600 {path}', "
                    + "otherwise remove it, and the node gets a new identity");
        }

        if (new FileInfo(path).Length > BytesMax) throw Damaged(path, null);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            // A file with only a public key imports too, and fails here.
            _ = key.SignData([], HashAlgorithmName.SHA256);
            if (Identity.IsP256(key)) return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw Damaged(path, e);
        }

        key.Dispose();
        throw Damaged(path, null);
    }

    private static void Create(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnlyFolder);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportPkcs8PrivateKeyPem() + "\n";
        var temporary = $"{path}.{Guid.NewGuid():N}{Temporary}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(pem));
                file.Flush(flushToDisk: true);
            }

            Publish(temporary, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process created the key first; that one is used.
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Gives the file its name in one step, unless another has it: the framework looks and then renames, and between
    /// the two another process may have made its key.
    /// </summary>
    private static void Publish(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows() && Link(temporary, path) == 0) File.Delete(temporary);
        else File.Move(temporary, path, overwrite: false);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    /// <summary>
    /// Keys that a crash left behind under their temporary names. Whoever is about to name one finds that there is a
    /// key.
    /// </summary>
    private static void RemoveUnfinished(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var unfinished in Directory.EnumerateFiles(folder, $"{Name}.*{Temporary}")) File.Delete(unfinished);
    }

    private static IdentityException Damaged(string path, Exception? inner) => new(
        $"the key file {path} is damaged, it holds no P-256 private key: "
            + "restore it from a copy, or remove it, and the node gets a new identity",
        inner);
}
