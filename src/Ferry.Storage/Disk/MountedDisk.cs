namespace Ferry.Storage.Disk;

/// <summary>
/// A disk on which nothing is found and nothing is made below a mount point that is away: everything there fails with
/// <see cref="DiskError.Away"/>, so that a download waits for its disk instead of starting over on another one.
/// </summary>
public sealed class MountedDisk(IDisk disk, MountPoints mounts) : IDisk
{
    public IDiskFile Open(string path, DiskOpen mode)
    {
        var file = Checked(path).Open(path, mode);
        if (mode != DiskOpen.Read) mounts.Remember(Path.GetDirectoryName(path)!);
        return file;
    }

    public bool FileExists(string path) => Checked(path).FileExists(path);

    public bool FolderExists(string path) => Checked(path).FolderExists(path);

    public FileStamp? Stamp(string path) => Checked(path).Stamp(path);

    public void CreateDirectory(string path) => Checked(path).CreateDirectory(path);

    public IReadOnlyList<string> List(string folder) => Checked(folder).List(folder);

    public void Rename(string from, string to) => Checked(to).Rename(from, to);

    public void Replace(string from, string to) => Checked(to).Replace(from, to);

    public void Delete(string path) => Checked(path).Delete(path);

    public void FlushDirectory(string folder) => Checked(folder).FlushDirectory(folder);

    public DiskSpace? SpaceOf(string folder) => Checked(folder).SpaceOf(folder);

    public void CreateLink(string path, string target) => Checked(path).CreateLink(path, target);

    public void DeleteFolder(string path) => Checked(path).DeleteFolder(path);

    public void FlushTree(string folder) => Checked(folder).FlushTree(folder);

    private IDisk Checked(string path)
    {
        if (mounts.AwayAbove(path) is not { } mount) return disk;
        throw new DiskException(DiskError.Away, $"{MountPoints.Sentence(mount)}, where {path} lies");
    }
}
