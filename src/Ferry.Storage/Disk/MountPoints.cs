namespace Ferry.Storage.Disk;

/// <summary>
/// Remembers where disks were mounted on which this node has files. A folder whose disk is not mounted is there and
/// looks empty; what is made in it lies on another disk, and vanishes when the right one comes back. A remembered mount
/// point at which nothing is mounted is therefore <em>away</em>: nothing below it is believed or made. Safe for several
/// threads.
/// </summary>
/// <param name="file">Where they are kept, a path a line; null to keep them in memory.</param>
/// <param name="pointOf">The folder at which the disk of an existing path is mounted.</param>
public sealed class MountPoints(string? file, Func<string, string> pointOf)
{
    /// <summary>A machine has few disks; what comes beyond is not remembered.</summary>
    private const int RememberedMax = 100;

    private readonly Lock _gate = new();
    private volatile IReadOnlyList<string> _remembered = Read(file);

    /// <summary>Of the real file system.</summary>
    /// <param name="home">Where they are kept.</param>
    public static MountPoints Of(string home) => new(Path.Combine(home, "mounts"), PointOf);

    /// <summary>The mount point at or above the path that is away; null when its disk is there.</summary>
    public string? AwayAbove(string path)
    {
        foreach (var mount in _remembered)
        {
            if (Folders.IsWithin(path, mount) && pointOf(mount) != mount) return mount;
        }
        return null;
    }

    /// <summary>Call it for paths at which there is something, and only while their disk is there.</summary>
    public void Remember(string path)
    {
        var mount = pointOf(path);
        if (mount == Path.GetPathRoot(mount) || _remembered.Contains(mount)) return;
        lock (_gate)
        {
            if (_remembered.Count < RememberedMax && !_remembered.Contains(mount)) Save([.. _remembered, mount]);
        }
    }

    /// <summary>The user says that the path is as it should be.</summary>
    public void Accept(string path)
    {
        lock (_gate)
        {
            List<string> left = [.. _remembered.Where(mount =>
                !(Folders.IsWithin(path, mount) || Folders.IsWithin(mount, path)) || pointOf(mount) == mount)];
            if (left.Count < _remembered.Count) Save(left);
        }
    }

    /// <summary>The words for a user.</summary>
    public static string Sentence(string mount) => $"the disk of {mount} is not mounted";

    /// <summary>Climbs until the mount is another one; what is not there counts to the folder above it.</summary>
    internal static string PointOf(string path)
    {
        var mount = FileStat.MountOf(path);
        while (mount == 0 && Path.GetDirectoryName(path) is { } above) mount = FileStat.MountOf(path = above);
        while (Path.GetDirectoryName(path) is { } above && FileStat.MountOf(above) == mount) path = above;
        return path;
    }

    private static List<string> Read(string? file)
    {
        try
        {
            return file is null || !File.Exists(file) ? [] : [.. File.ReadLines(file).Take(RememberedMax)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // As on the first start.
        }
    }

    private void Save(IReadOnlyList<string> mounts)
    {
        _remembered = mounts;
        if (file is null) return;
        try
        {
            File.WriteAllLines(file, mounts);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They are known until the node stops, and found again when it uses the disk again.
        }
    }
}
