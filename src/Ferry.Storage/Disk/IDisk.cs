using Ferry.Protocol.Content;

namespace Ferry.Storage.Disk;

/// <summary>
/// What the simulator replaces: files with the durability that a power cut leaves them. Written bytes are durable only
/// after <see cref="IDiskFile.Flush"/>; a created, renamed or deleted name only after <see cref="FlushDirectory"/> of
/// its folder. Everything fails with <see cref="DiskException"/> and nothing else, but for the use of a file that was
/// closed, which is a bug. Paths are absolute. The real disk and the simulator's pass the same tests, the contract.
/// </summary>
public interface IDisk
{
    /// <summary>A file that is made belongs to this user alone, where the file system has permissions.</summary>
    IDiskFile Open(string path, DiskOpen mode);
    bool FileExists(string path);
    bool FolderExists(string path);

    /// <summary>Null when there is no such file.</summary>
    FileStamp? Stamp(string path);

    /// <summary>Makes the folder and its ancestors; does nothing when it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Full paths of the files in the folder, in ordinal order; empty when there is no such folder.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>
    /// Never replaces: <see cref="DiskError.Exists"/> when there is something named <paramref name="to"/>. A folder
    /// goes with all that is in it.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>Replaces what is there, in one step.</summary>
    void Replace(string from, string to);

    /// <summary>Does nothing when there is no such file.</summary>
    void Delete(string path);
    void FlushDirectory(string folder);

    /// <summary>
    /// Of the file system of a folder, as far as this user may have it; null where the system does not tell.
    /// </summary>
    DiskSpace? SpaceOf(string folder);

    /// <summary>A symbolic link; <see cref="DiskError.Exists"/> when there is something named so.</summary>
    /// <param name="target">As it is written into the link.</param>
    void CreateLink(string path, string target);

    /// <summary>Deletes it with all that is in it, links not followed; does nothing when there is no such folder.
    /// </summary>
    void DeleteFolder(string path);

    /// <summary>Returns when all that is in the folder, and below it, is durable, bytes and names.</summary>
    void FlushTree(string folder);
}

/// <summary>In bytes.</summary>
public readonly record struct DiskSpace(long Total, long Free);

public interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <summary>
    /// What it takes of the disk, reserved room included and holes not; 0 where the system does not tell.
    /// </summary>
    long AllocatedBytes { get; }

    /// <summary>Bytes read; less than asked for only at the end of the file.</summary>
    int Read(Span<byte> destination, long offset);
    void Write(ReadOnlySpan<byte> source, long offset);
    void SetLength(long length);

    /// <summary>Like writing zeros within the length, but takes no room where the file system has holes.</summary>
    void WriteZeros(long offset, long length);

    /// <summary>
    /// Reserves space without changing the length; <see cref="DiskError.Full"/> when there is none. What there was may
    /// be taken nevertheless. False where the file system cannot reserve.
    /// </summary>
    bool Reserve(long offset, long length);

    /// <summary>Gives back what was reserved where nothing was written, as far as the file system can.</summary>
    void Unreserve(long offset, long length);

    /// <summary>Returns when all that was written is durable.</summary>
    void Flush();

    /// <summary>
    /// Drops the kernel's page cache of the file, where there is a call for it, so that later reads come from the disk.
    /// After a failed flush the cache holds what the disk does not.
    /// </summary>
    void ForgetCache();
    FileStamp Stamp();

    /// <summary>Its time and permissions, as they are offered with it.</summary>
    FileTraits Traits();

    /// <summary>
    /// Gives it a time, and the permissions that the user's umask leaves, where the file system has such.
    /// </summary>
    void SetTraits(FileTraits traits);
}

public enum DiskOpen { Read, ReadWrite, CreateNew, OpenOrCreate }

/// <summary>
/// Identifies a version of a file: with the same stamp it is the file that was hashed. Programs that write into a disk
/// image or an encrypted container can keep its length and set back the time at which it was modified, but not the time
/// at which the system last changed anything of it. That one changes with the mode, the owner and the number of links
/// as well, so another one alone says only that the bytes must be looked at again.
/// </summary>
/// <param name="ChangedTicks">The system's own (ctime); 0 where it has none.</param>
public readonly record struct FileStamp(long Length, long ModifiedTicks, ulong Inode, long ChangedTicks)
{
    /// <summary>
    /// The same file, not written to in between as far as length, time of modification and inode tell; it may have
    /// another name.
    /// </summary>
    public bool HasBytesOf(FileStamp other) => this with { ChangedTicks = other.ChangedTicks } == other;
}
