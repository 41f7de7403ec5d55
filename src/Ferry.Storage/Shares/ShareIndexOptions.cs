using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <param name="Home">Holds <c>index.db</c>, and the node's key: it is never offered itself.</param>
/// <param name="Downloads">Partial downloads (<c>*.part</c>) below it are not offered; null when there are
/// none.</param>
public sealed record ShareIndexOptions(string Home, string? Downloads)
{
    private const int FilesAtMost = 1_000_000;

    /// <summary>
    /// What a file with a name of 40 characters costs at most: the names of one folder are in memory while it is
    /// scanned, and one folder may have all files. Otherwise the files lie in the index on disk.
    /// </summary>
    private const int FileBytes = 160;

    /// <summary>Where disks were mounted: what lies on one that is away is kept.</summary>
    public MountPoints Mounts { get; init; } = new(null, MountPoints.PointOf);

    /// <summary>Every share is rescanned this often, for changes that the watchers miss. 1 s to 1 day.</summary>
    public TimeSpan RescanEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Changes within this time are batched. 1 ms to 1 min.</summary>
    public TimeSpan WatchDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Folders watched at once; the others are rescanned only. 0 to 1,000; Linux allows a user 128 by default.
    /// </summary>
    public int WatchersMax { get; init; } = 32;

    /// <summary>
    /// Hashing beside everything else a node does: more would take the cores from transfers. 1 to 64.
    /// </summary>
    public int HashersMax { get; init; } = 2;

    /// <summary>
    /// Roots scanned at once. One whose disk does not answer, as a network disk's server may do, keeps its scanner. 1
    /// to 64.
    /// </summary>
    public int ScannersMax { get; init; } = 8;

    /// <summary>Files beyond are not offered, with a warning. 1 to 10,000,000.</summary>
    public int FilesMax { get; init; } = FilesAtMost;

    /// <summary>
    /// How many files a process may offer that has so much memory: half of it is left to all else.
    /// </summary>
    public static int FilesWithin(long memoryBytes) =>
        (int)Math.Clamp(memoryBytes / 2 / FileBytes, 1, FilesAtMost);
}
