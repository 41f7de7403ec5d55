using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.Storage.Uploads;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Uploads;

public sealed class OpenSourcesTests
{
    [Fact]
    public void Files_that_are_sent_are_open_up_to_a_number()
    {
        var memory = new SimDisk();
        var disk = new CountingDisk(memory);
        using var stage = new StoreStage(disk);
        for (var file = 0; file < 2 * SourceReader.OpenFilesMax; file++)
        {
            var (manifest, bytes) = StoreStage.Content(1000, file + 1);
            var path = $"/music/{file}.flac";
            memory.Put(path, bytes);
            stage.Shares.Add(new SharedSource(manifest, $"{file}.flac", path, memory.Stamp(path)!.Value));
            Assert.Null(stage.Store.ReadPiece(manifest.Id, 0, 0, new byte[1000]));
        }
        // One more while it takes the place of another.
        Assert.InRange(disk.Most, SourceReader.OpenFilesMax, SourceReader.OpenFilesMax + 1);
    }

    /// <summary>Counts the shared files that are open.</summary>
    private sealed class CountingDisk(IDisk disk) : IDisk
    {
        private int _open;

        public int Most { get; private set; }

        public IDiskFile Open(string path, DiskOpen mode)
        {
            var file = disk.Open(path, mode);
            if (!path.StartsWith("/music", StringComparison.Ordinal)) return file;
            Most = Math.Max(Most, ++_open);
            return new CountedFile(file, () => _open--);
        }

        public bool FileExists(string path) => disk.FileExists(path);
        public bool FolderExists(string path) => disk.FolderExists(path);
        public FileStamp? Stamp(string path) => disk.Stamp(path);
        public void CreateDirectory(string path) => disk.CreateDirectory(path);
        public IReadOnlyList<string> List(string folder) => disk.List(folder);
        public void Rename(string from, string to) => disk.Rename(from, to);
        public void Replace(string from, string to) => disk.Replace(from, to);
        public void Delete(string path) => disk.Delete(path);
        public void FlushDirectory(string folder) => disk.FlushDirectory(folder);
    }

    private sealed class CountedFile(IDiskFile file, Action closed) : IDiskFile
    {
        public long Length => file.Length;
        public int Read(Span<byte> destination, long offset) => file.Read(destination, offset);
        public void Write(ReadOnlySpan<byte> source, long offset) => file.Write(source, offset);
        public void SetLength(long length) => file.SetLength(length);
        public void WriteZeros(long offset, long length) => file.WriteZeros(offset, length);
        public void Reserve(long offset, long length) => file.Reserve(offset, length);
        public void Flush() => file.Flush();
        public void ForgetCache() => file.ForgetCache();
        public FileStamp Stamp() => file.Stamp();
        public FileTraits Traits() => file.Traits();
        public void SetTraits(FileTraits traits) => file.SetTraits(traits);

        public void Dispose()
        {
            file.Dispose();
            closed();
        }
    }
}
