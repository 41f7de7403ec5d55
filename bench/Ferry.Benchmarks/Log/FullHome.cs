using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;
using Ferry.TestKit;

namespace Ferry.Benchmarks.Log;

/// <summary>
/// A home as a crash leaves it: its log holds so many unfinished transfers, half of them downloads with a manifest and
/// a partial file each.
/// </summary>
internal sealed class FullHome : IDisposable
{
    /// <summary>A chunk.</summary>
    private const int ContentBytes = 50_000;

    private readonly TemporaryFolder _folder = new();

    public FullHome(int entries)
    {
        Entries = entries;
        var disk = new HastyDisk();
        using (var store = OpenStore(disk))
        {
            var results = new List<StorageResult>();
            for (var download = 0; download < entries / 2; download++)
            {
                var manifest = Manifest.Create(ContentBytes, Samples.Node(download).Hash.ToArray());
                store.Execute(new StorageRequest.OpenDownload(manifest, $"file-{download}.bin", null), results);
            }
        }
        using var log = TransferLog.Open(disk, LogFolder).Log;
        log.Commit([.. Enumerable.Range(0, entries - entries / 2).Select(upload => new JournalRecord.UploadOpened(
            new TransferId((UInt128)upload), Samples.Content, Samples.Node(upload), $"song-{upload}.flac", 31_415_926,
            DateTimeOffset.UtcNow))]);
    }

    public int Entries { get; }
    public string Path => _folder.Path;
    public string LogFolder => System.IO.Path.Combine(Path, "log");
    public long LogBytes => Directory.EnumerateFiles(LogFolder).Sum(file => new FileInfo(file).Length);

    public ContentStore OpenStore(IDisk disk) => ContentStore.Open(
        disk, new StoreOptions(Path, System.IO.Path.Combine(Path, "downloads"), KeepFreeBytes: 0),
        new DictionaryCatalog(), new PlainSeals(), TimeProvider.System);

    public void Dispose() => _folder.Dispose();
}
