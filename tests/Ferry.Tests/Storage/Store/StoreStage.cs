using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;
using Xunit;
using Path = System.IO.Path;

namespace Ferry.Tests.Storage.Store;

/// <summary>A store on a disk in memory, and a holder who sends it pieces.</summary>
internal sealed class StoreStage : IDisposable
{
    public const string Downloads = "/downloads";
    public static readonly NodeId Somebody = new(new Bytes32(1, 2, 3, 4));

    public StoreStage(IDisk? disk = null, string home = "/ferry", string downloads = Downloads)
    {
        Disk = disk ?? new MemoryDisk();
        Options = new StoreOptions(home, downloads);
        Store = OpenStore();
    }

    public IDisk Disk { get; }
    public MemoryDisk Memory => (MemoryDisk)Disk;
    public StoreOptions Options { get; }
    public ContentStore Store { get; private set; }
    public DictionaryCatalog Shares { get; } = new();
    public SettableTime Time { get; } = new();

    public static (Manifest Manifest, byte[] Bytes) Content(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        var layout = ChunkLayout.For(size);
        var leaves = new byte[layout.ChunkCount * Bytes32.Length];
        for (var i = 0; i < layout.ChunkCount; i++)
            SHA256.HashData(bytes.AsSpan((int)layout.OffsetOf(i), layout.LengthOf(i)),
                leaves.AsSpan(i * Bytes32.Length));
        return (Manifest.Create(size, leaves), bytes);
    }

    public static StorageRequest.PersistPiece Piece(
        Manifest manifest, byte[] bytes, int chunk, int offset, int count,
        TransferId transfer = default, bool goodSeal = true)
    {
        var body = new byte[count + FileTransfer.SealBytes];
        bytes.AsSpan((int)manifest.Layout.OffsetOf(chunk) + offset, count).CopyTo(body);
        if (!goodSeal) body[^1] = 1;
        var envelope = new FileTransfer(default, transfer, chunk, offset, 0, body.Length);
        return new StorageRequest.PersistPiece(manifest.Id, envelope, new BytesPayload(body));
    }

    public static IEnumerable<StorageRequest.PersistPiece> Pieces(Manifest manifest, byte[] bytes, int pieceBytes)
    {
        for (var chunk = 0; chunk < manifest.Layout.ChunkCount; chunk++)
        {
            var length = manifest.Layout.LengthOf(chunk);
            for (var offset = 0; offset < length; offset += pieceBytes)
                yield return Piece(manifest, bytes, chunk, offset, Math.Min(pieceBytes, length - offset));
        }
    }

    public List<StorageResult> Do(StorageRequest request)
    {
        var results = new List<StorageResult>();
        Store.Execute(request, results);
        return results;
    }

    public T Do<T>(StorageRequest request) where T : StorageResult => Assert.IsType<T>(Assert.Single(Do(request)));

    public List<StorageResult> Commit()
    {
        var results = new List<StorageResult>();
        Store.Commit(results);
        return results;
    }

    public StorageResult.DownloadOpened Open(Manifest manifest, string name = "song.flac", string? output = null) =>
        Do<StorageResult.DownloadOpened>(new StorageRequest.OpenDownload(manifest, name, output));

    /// <summary>Sends everything in order and finishes.</summary>
    public StorageResult.DownloadFinished Fetch(Manifest manifest, byte[] bytes)
    {
        foreach (var piece in Pieces(manifest, bytes, 60_000)) Assert.Empty(Do(piece));
        Commit();
        return Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
    }

    /// <summary>A new process on the same disk; the old one ends without a word.</summary>
    public void Reopen()
    {
        Store = OpenStore();
    }

    public void Dispose() => Store.Dispose();

    private ContentStore OpenStore() => ContentStore.Open(Disk, Options, Shares, new TagSeal(), Time);

    internal sealed class BytesPayload(byte[] bytes) : Payload
    {
        public byte[] Bytes { get; } = bytes;
        public int Disposals { get; private set; }
        public override int Length => Bytes.Length;
        public override void Dispose() => Disposals++;
    }

    /// <summary>
    /// The seal is sound when its last byte is 0; a broken one leaves rubbish, as AES-GCM leaves zeros.
    /// </summary>
    private sealed class TagSeal : IPieceSeal
    {
        public bool TryOpen(FileTransfer head, Payload body, Span<byte> destination)
        {
            var bytes = ((BytesPayload)body).Bytes;
            if (bytes[^1] != 0)
            {
                destination.Clear();
                return false;
            }
            bytes.AsSpan(0, destination.Length).CopyTo(destination);
            return true;
        }
    }

    internal sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override DateTimeOffset GetUtcNow() => Now;
        public override long GetTimestamp() => Now.Ticks;
    }
}

internal sealed class DictionaryCatalog : IShareCatalog
{
    public Dictionary<ContentId, SharedSource> Sources { get; } = [];
    public List<ContentId> Changed { get; } = [];
    public List<string> Downloaded { get; } = [];

    public IReadOnlyList<ShareMatch> Match(string text, ContentId? content, int hitsMax) => [];

    public SharedSource? Find(ContentId content) => Sources.GetValueOrDefault(content);

    public void MarkChanged(ContentId content)
    {
        Changed.Add(content);
        Sources.Remove(content);
    }

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp)
    {
        Downloaded.Add(path);
        Sources[manifest.Id] = new SharedSource(manifest, Path.GetFileName(path), path, stamp);
    }
}
