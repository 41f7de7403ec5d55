#pragma warning disable MA0025 // Skeleton: filled in next.
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Store;

/// <summary>
/// All that a node keeps on disk for its transfers, behind one door: the log, partial files, sources. Synchronous;
/// may be called from several threads.
/// </summary>
public sealed class ContentStore : IDisposable
{
    /// <param name="shares">Where contents that are offered lie.</param>
    /// <exception cref="DiskException">The home cannot be used.</exception>
    public static ContentStore Open(IDisk disk, StoreOptions options, IShareCatalog shares, IPieceSeal seal, TimeProvider wall) =>
        throw new NotImplementedException();

    /// <summary>What the log held.</summary>
    public RecoveredState Recovered => throw new NotImplementedException();

    /// <summary>Sentences about damage found in the log, for the user; empty when all was well.</summary>
    public IReadOnlyList<string> RecoveryWarnings => throw new NotImplementedException();

    /// <summary>Carries a request out and adds its results. <see cref="StorageRequest.PersistPiece"/>s are answered by <see cref="Commit"/>.</summary>
    public void Execute(StorageRequest request, ICollection<StorageResult> results) => throw new NotImplementedException();

    /// <summary>Bytes of verified, written chunks that are not durable yet.</summary>
    public long UncommittedBytes => throw new NotImplementedException();

    /// <summary>Flushes the partial files written since the last commit, then the log: one group of chunks becomes durable.</summary>
    public void Commit(ICollection<StorageResult> results) => throw new NotImplementedException();

    /// <summary>Reads a piece of a shared or partial content into <paramref name="destination"/>; null when it worked.</summary>
    public RefusalReason? ReadPiece(ContentId content, int chunk, int offset, Span<byte> destination) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <param name="Home">Folder of the log and the manifests.</param>
/// <param name="Downloads">Folder of partial files and of finished ones.</param>
public sealed record StoreOptions(string Home, string Downloads);
