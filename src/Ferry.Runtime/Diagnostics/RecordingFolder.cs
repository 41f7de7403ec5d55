using System.Globalization;
using System.IO.Compression;
using Ferry.Protocol.Recording;

namespace Ferry.Runtime.Diagnostics;

/// <summary>
/// The recordings of a node, in <c>diagnostics</c> of its home: for its owner's eyes only, compressed, the last few.
/// </summary>
internal sealed class RecordingFolder(string home, TimeProvider time)
{
    public const int FilesMax = 8;

    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnly = OwnerReads | UnixFileMode.UserExecute;

    private readonly string _folder = Path.Combine(home, "diagnostics");

    /// <param name="path">A file that is not there yet; null for the next one in the folder.</param>
    /// <param name="key">Null to leave the names in.</param>
    /// <exception cref="FerryException">It cannot be written.</exception>
    public (string Path, RecordingExtent Extent) Write(
        FlightRecording recording, string cause, string? path, byte[]? key)
    {
        var target = path ?? NextPath();
        try
        {
            if (path is null) CreateFolder();
            var extent = WriteFile(recording, cause, target, key);
            if (path is null) RemoveOldest();
            return (target, extent);
        }
        catch (IOException) when (File.Exists(target))
        {
            throw new FerryException(
                FailureKind.Failed, $"{target} is there already: choose another file with --output");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FerryException(
                FailureKind.Failed, $"{target} cannot be written ({e.Message}): choose another file with --output", e);
        }
    }

    private RecordingExtent WriteFile(FlightRecording recording, string cause, string path, byte[]? key)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerReads;
        using var file = new FileStream(path, options);
        try
        {
            RecordingExtent extent;
            using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                extent = recording.WriteTo(packed.Write, Note(cause, key), key);
            file.Flush(flushToDisk: true);
            return extent;
        }
        catch (IOException)
        {
            // Half a recording is none, and a disk that is full needs its room.
            File.Delete(path);
            throw;
        }
    }

    private RecordingNote Note(string cause, byte[]? key)
    {
        var version = typeof(RecordingFolder).Assembly.GetName().Version?.ToString(3) ?? "";
        return new RecordingNote($"{version} on {Environment.OSVersion}", cause, time.GetUtcNow(), key is null);
    }

    private string NextPath() => Path.Combine(
        _folder, $"ferry-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture)}.rec.gz");

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder);
        else Directory.CreateDirectory(_folder, OwnerOnly);
    }

    /// <summary>Their names are in the order of time.</summary>
    private void RemoveOldest()
    {
        var old = Directory.GetFiles(_folder, "ferry-*.rec.gz").Order(StringComparer.Ordinal).SkipLast(FilesMax);
        foreach (var path in old) File.Delete(path);
    }
}
