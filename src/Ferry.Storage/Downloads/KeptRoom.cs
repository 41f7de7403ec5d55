using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Downloads leave room on a disk for others: who says how large a file is need not mean well, and a disk that is full
/// stops more than a download.
/// </summary>
/// <param name="keepBytes">Null for the larger of <see cref="BytesMin"/> and a part of the disk.</param>
public sealed class KeptRoom(IDisk disk, long? keepBytes)
{
    public const long BytesMin = 1L << 30;

    /// <summary>One part of so many.</summary>
    public const int PartsOfDisk = 20;

    /// <summary>Held from a check until the room is reserved: two downloads are not given the same.</summary>
    internal Lock Reserving { get; } = new();

    /// <exception cref="DiskException">The disk would have less left than it is to keep.</exception>
    internal void Check(PartialFile file, IDiskFile opened) => Check(
        DownloadPlace.FolderOf(file.PartPath), BytesToTake(file.Manifest, file.Durable(), opened.AllocatedBytes));

    /// <exception cref="DiskException">The disk would have less left than it is to keep.</exception>
    internal void Check(string folder, Manifest manifest) =>
        Check(folder, BytesToTake(manifest, new ChunkMap(manifest.Layout.ChunkCount), allocated: 0));

    /// <summary>
    /// What is missing and no hole, but for what the file has taken already. A little too much where chunks that are
    /// there have holes.
    /// </summary>
    private static long BytesToTake(Manifest manifest, ChunkMap durable, long allocated)
    {
        var layout = manifest.Layout;
        if (allocated >= layout.ContentBytes) return 0;
        var zeros = Zeros.ChunksOf(manifest);
        long whole = 0, missing = 0;
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            if (zeros.Contains(chunk)) continue;
            whole += layout.LengthOf(chunk);
            if (!durable.Contains(chunk)) missing += layout.LengthOf(chunk);
        }
        return Math.Clamp(whole - allocated, 0, missing);
    }

    /// <exception cref="DiskException">The disk would have less left than it is to keep.</exception>
    internal void Check(string folder, long bytes)
    {
        if (bytes == 0 || disk.SpaceOf(folder) is not { } space) return;
        var kept = keepBytes ?? Math.Max(BytesMin, space.Total / PartsOfDisk);
        if (space.Free - kept >= bytes) return;
        throw new DiskException(DiskError.Full, $"{folder} has no room for {Text(bytes)} more: {Text(space.Free)} are "
            + $"free, and {Text(kept)} are to stay free (--keep-free)");
    }

    private static string Text(long bytes) => bytes switch
    {
        < 1_000_000 => $"{bytes / 1000.0:0} KB",
        < 1_000_000_000 => $"{bytes / 1_000_000.0:0.0} MB",
        _ => $"{bytes / 1_000_000_000.0:0.0} GB",
    };
}
