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
    private sealed class CountingDisk(IDisk disk) : WrappedDisk(disk)
    {
        private int _open;

        public int Most { get; private set; }

        public override IDiskFile Open(string path, DiskOpen mode)
        {
            var file = base.Open(path, mode);
            if (!path.StartsWith("/music", StringComparison.Ordinal)) return file;
            Most = Math.Max(Most, ++_open);
            return new CountedFile(file, () => _open--);
        }
    }

    private sealed class CountedFile(IDiskFile file, Action closed) : WrappedFile(file)
    {
        public override void Dispose()
        {
            base.Dispose();
            closed();
        }
    }
}
