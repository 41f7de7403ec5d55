using System.Security.Cryptography;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands.Demo;

/// <summary>
/// The folder of a demo, with the file that is to be carried. Disposing takes all of it away.
/// </summary>
internal sealed class DemoFiles : IDisposable
{
    public const string FileName = "expedition.video";
    private const int BufferBytes = 1 << 20;
    private const long SpareBytes = 100_000_000;

    private DemoFiles(string folder, long size) => (Folder, Size) = (folder, size);

    public string Folder { get; }
    public long Size { get; }
    public string Original => Path.Combine(Folder, FileName);

    /// <exception cref="FerryException">There is not room enough.</exception>
    public static DemoFiles Create(long size)
    {
        var root = Path.GetTempPath();
        // The original, and the copy that arrives.
        var needed = (2 * size) + SpareBytes;
        if (new DriveInfo(root).AvailableFreeSpace is var free && free < needed)
        {
            throw new FerryException(FailureKind.Failed,
                $"the demo needs {Units.Size(needed)} in {root}, and {Units.Size(free)} are free: make room, choose " +
                "another folder with the variable TMPDIR, or a smaller file with --size");
        }
        return new DemoFiles(Directory.CreateTempSubdirectory("ferry-demo-").FullName, size);
    }

    /// <summary>Random bytes, which cannot be compressed on the way.</summary>
    /// <returns>The SHA-256 of the file.</returns>
    public async Task<string> WriteOriginalAsync(CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(Original, FileMode.CreateNew, FileAccess.Write, FileShare.None,
            bufferSize: 0);
        var buffer = new byte[BufferBytes];
        for (var left = Size; left > 0; left -= buffer.Length)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            Random.Shared.NextBytes(part.Span);
            hash.AppendData(part.Span);
            await file.WriteAsync(part, cancel);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static async Task<string> HashAsync(string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
