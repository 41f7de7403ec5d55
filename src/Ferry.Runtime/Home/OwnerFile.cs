using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ferry.Storage.Disk;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>
/// A small JSON file of the home, readable by its owner only. It is replaced as a whole and in one step: a crash leaves
/// the old file or the new one, and what <see cref="Replace"/> has written a power cut cannot take back.
/// </summary>
internal sealed class OwnerFile<T>(string path, JsonTypeInfo<T> format, string what)
    where T : class
{
    /// <summary>More than all bounds of what is kept here come to; a larger file is not ours.</summary>
    private const long BytesMax = 16 << 20;

    /// <summary>Null when there is none, or a damaged one, which is set aside with a warning.</summary>
    /// <param name="wayOut">What its owner has to do again when the file is damaged.</param>
    /// <param name="isSound">What the format cannot check.</param>
    public T? Load(ILogger log, Func<T, bool> isSound, string wayOut)
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > BytesMax) throw new JsonException("too large");
            var content = JsonSerializer.Deserialize(File.ReadAllBytes(path), format);
            if (content is null || !isSound(content)) throw new JsonException("not what belongs there");
            return content;
        }
        catch (JsonException e)
        {
            HomeLog.FileDamaged(log, path, e.Message, wayOut);
            File.Move(path, path + ".damaged", overwrite: true);
            return null;
        }
    }

    /// <exception cref="FerryException">It cannot be written; the old one stays.</exception>
    public void Replace(T content)
    {
        var next = path + ".new";
        try
        {
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(next, options))
            {
                JsonSerializer.Serialize(file, content, format);
                file.Flush(flushToDisk: true);
            }
            File.Move(next, path, overwrite: true);
            new FileDisk().FlushDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DiskException)
        {
            throw new FerryException(
                FailureKind.Failed,
                $"{what} cannot be kept in {path} ({e.Message}): make room, or let this user write it", e);
        }
    }
}
