namespace Ferry.Storage.Disk;

/// <summary>
/// The seam that the simulator replaces: files as a crash sees them. What was written is safe only after
/// <see cref="IDiskFile.Flush"/>; a created, renamed or deleted name only after <see cref="FlushDirectory"/> of its
/// folder. Everything fails with <see cref="DiskException"/> and nothing else. Paths are absolute.
/// </summary>
public interface IDisk
{
    IDiskFile Open(string path, DiskOpen mode);
    bool FileExists(string path);
    bool FolderExists(string path);

    /// <summary>Null when there is no such file.</summary>
    FileStamp? Stamp(string path);

    /// <summary>Makes the folder and those above it; no harm when it is there.</summary>
    void CreateDirectory(string path);

    /// <summary>Full paths of the files in the folder, in ordinal order; empty when there is no such folder.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>
    /// Never replaces: <see cref="DiskError.Exists"/> when there is a file named <paramref name="to"/>.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>Replaces what is there, in one step.</summary>
    void Replace(string from, string to);

    /// <summary>No harm when it is not there.</summary>
    void Delete(string path);
    void FlushDirectory(string folder);
}

public interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <summary>Bytes read; less than asked for only at the end of the file.</summary>
    int Read(Span<byte> destination, long offset);
    void Write(ReadOnlySpan<byte> source, long offset);
    void SetLength(long length);

    /// <summary>
    /// Asks for room without changing the length, where the file system can; <see cref="DiskError.Full"/> when there is
    /// none.
    /// </summary>
    void Reserve(long length);

    /// <summary>Returns when all that was written would survive a power cut.</summary>
    void Flush();

    /// <summary>
    /// What is read from now on comes from the disk, and what is written starts anew there, where the system can be
    /// told so. After a failed flush its cache holds what the disk does not.
    /// </summary>
    void ForgetCache();
    FileStamp Stamp();
}

public enum DiskOpen { Read, ReadWrite, CreateNew, OpenOrCreate }

/// <summary>Tells whether a file is still the one that was hashed.</summary>
public readonly record struct FileStamp(long Length, long ModifiedTicks, ulong Inode);
