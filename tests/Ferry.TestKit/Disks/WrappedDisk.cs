using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.TestKit.Disks;

/// <summary>Another disk, for those who change one thing about it.</summary>
internal abstract class WrappedDisk(IDisk disk) : IDisk
{
    public virtual IDiskFile Open(string path, DiskOpen mode) => disk.Open(path, mode);
    public bool FileExists(string path) => disk.FileExists(path);
    public bool FolderExists(string path) => disk.FolderExists(path);
    public FileStamp? Stamp(string path) => disk.Stamp(path);
    public void CreateDirectory(string path) => disk.CreateDirectory(path);
    public IReadOnlyList<string> List(string folder) => disk.List(folder);
    public void Rename(string from, string to) => disk.Rename(from, to);
    public void Replace(string from, string to) => disk.Replace(from, to);
    public void Delete(string path) => disk.Delete(path);
    public virtual void FlushDirectory(string folder) => disk.FlushDirectory(folder);
    public virtual DiskSpace? SpaceOf(string folder) => disk.SpaceOf(folder);
    public void CreateLink(string path, string target) => disk.CreateLink(path, target);
    public void DeleteFolder(string path) => disk.DeleteFolder(path);
    public void FlushTree(string folder) => disk.FlushTree(folder);
}

/// <inheritdoc cref="WrappedDisk"/>
internal abstract class WrappedFile(IDiskFile file) : IDiskFile
{
    public long Length => file.Length;
    public long AllocatedBytes => file.AllocatedBytes;
    public int Read(Span<byte> destination, long offset) => file.Read(destination, offset);
    public void Write(ReadOnlySpan<byte> source, long offset) => file.Write(source, offset);
    public void SetLength(long length) => file.SetLength(length);
    public void WriteZeros(long offset, long length) => file.WriteZeros(offset, length);
    public virtual bool Reserve(long offset, long length) => file.Reserve(offset, length);
    public void Unreserve(long offset, long length) => file.Unreserve(offset, length);
    public virtual void Flush() => file.Flush();
    public virtual void ForgetCache() => file.ForgetCache();
    public FileStamp Stamp() => file.Stamp();
    public FileTraits Traits() => file.Traits();
    public void SetTraits(FileTraits traits) => file.SetTraits(traits);
    public virtual void Dispose() => file.Dispose();
}
