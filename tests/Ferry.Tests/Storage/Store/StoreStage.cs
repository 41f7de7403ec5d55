using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;
using Xunit;
using Path = System.IO.Path;

namespace Ferry.Tests.Storage.Store;

/// <summary>A store on a disk in memory, and a holder who sends it pieces.</summary>
internal sealed class StoreStage : IDisposable
{
    public const string Downloads = "/downloads";
    public static readonly NodeId Somebody = new(new Bytes32(1, 2, 3, 4));

    public StoreStage(IDisk? disk = null, string home = "/ferry", string downloads = Downloads, long? keepFree = 0)
    {
        Disk = disk ?? new SimDisk();
        Options = new StoreOptions(home, downloads, keepFree);
        Store = OpenStore();
    }

    public IDisk Disk { get; }
    public SimDisk Memory => (SimDisk)Disk;
    public StoreOptions Options { get; }
    public ContentStore Store { get; private set; }
    public DictionaryCatalog Shares { get; } = new();
    public TestClock Time { get; } = new();

    public static (Manifest Manifest, byte[] Bytes) Content(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return (ManifestOf(bytes), bytes);
    }

    /// <summary>With these chunks zeros.</summary>
    public static (Manifest Manifest, byte[] Bytes) Sparse(int size, params IEnumerable<int> holes)
    {
        var (manifest, bytes) = Content(size);
        foreach (var hole in holes.Where(hole => hole < manifest.Layout.ChunkCount))
            bytes.AsSpan((int)manifest.Layout.OffsetOf(hole), manifest.Layout.LengthOf(hole)).Clear();
        return (ManifestOf(bytes), bytes);
    }

    public static StorageRequest.PersistPiece Piece(
        Manifest manifest, byte[] bytes, int chunk, int offset, int count,
        TransferId transfer = default, bool goodSeal = true)
    {
        var at = (int)manifest.Layout.OffsetOf(chunk) + offset;
        var body = PlainSeals.Seal(bytes.AsSpan(at, count), goodSeal);
        var envelope = new FileTransfer(default, transfer, chunk, offset, 0, body.Length);
        return new StorageRequest.PersistPiece(manifest.Id, envelope, body);
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

    public static Manifest ManifestOf(byte[] bytes)
    {
        var size = bytes.Length;
        var layout = ChunkLayout.For(size);
        var leaves = new byte[layout.ChunkCount * Bytes32.Length];
        for (var i = 0; i < layout.ChunkCount; i++)
            SHA256.HashData(bytes.AsSpan((int)layout.OffsetOf(i), layout.LengthOf(i)),
                leaves.AsSpan(i * Bytes32.Length));
        return Manifest.Create(size, leaves);
    }

    private ContentStore OpenStore() => ContentStore.Open(Disk, Options, Shares, new PlainSeals(), Time);
}
