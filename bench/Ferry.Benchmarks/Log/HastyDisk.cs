using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Benchmarks.Log;

/// <summary>A disk that does not flush, for making ready what is measured on a real one.</summary>
internal sealed class HastyDisk : IDisk
{
    private readonly FileDisk _disk = new();

    public IDiskFile Open(string path, DiskOpen mode) => new HastyFile(_disk.Open(path, mode));
    public bool FileExists(string path) => _disk.FileExists(path);
    public bool FolderExists(string path) => _disk.FolderExists(path);
    public FileStamp? Stamp(string path) => _disk.Stamp(path);
    public void CreateDirectory(string path) => _disk.CreateDirectory(path);
    public IReadOnlyList<string> List(string folder) => _disk.List(folder);
    public void Rename(string from, string to) => _disk.Rename(from, to);
    public void Replace(string from, string to) => _disk.Replace(from, to);
    public void Delete(string path) => _disk.Delete(path);
    public void FlushDirectory(string folder) { }

    private sealed class HastyFile(IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;
        public int Read(Span<byte> destination, long offset) => file.Read(destination, offset);
        public void Write(ReadOnlySpan<byte> source, long offset) => file.Write(source, offset);
        public void SetLength(long length) => file.SetLength(length);
        public void WriteZeros(long offset, long length) => file.WriteZeros(offset, length);
        public void Reserve(long offset, long length) => file.Reserve(offset, length);
        public void Flush() { }
        public void ForgetCache() { }
        public FileStamp Stamp() => file.Stamp();
        public FileTraits Traits() => file.Traits();
        public void SetTraits(FileTraits traits) => file.SetTraits(traits);
        public void Dispose() => file.Dispose();
    }
}
