using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Journal;
using Ferry.Storage.Shares;
using Ferry.Storage.Uploads;

namespace Ferry.Storage.Store;

/// <summary>
/// All that a node keeps on disk for its transfers, behind one interface: the log, partial files, sources. Synchronous;
/// may be called from several threads.
/// </summary>
public sealed class ContentStore : IDisposable
{
    private readonly TransferLog _log;
    private readonly SourceReader _sources;
    private readonly OpenDownloads _downloads;
    private readonly OlderCopy _older;
    private readonly DownloadOpening _opening;
    private readonly DownloadEnding _ending;
    private readonly UploadLog _uploads;
    private readonly OfferLog _offers;
    private readonly ContentReader _reader;
    private readonly PieceIntake _intake;
    private readonly ChunkCommit _commit;
    private readonly ChunkAssemblies _assemblies = new();
    private readonly UncommittedTally _uncommitted;
    private readonly IShareCatalog _shares;

    private ContentStore(StoreContext context, IPieceSeal seal)
    {
        (_log, _uncommitted, _shares) = (context.Log, context.Uncommitted, context.Shares);
        _sources = new SourceReader(context.Disk, context.Shares, context.Wall);
        _downloads = new OpenDownloads(context.Manifests, _assemblies);
        _ending = new DownloadEnding(context, _downloads);
        _older = new OlderCopy(context);
        _opening = new DownloadOpening(context, _downloads, new DownloadRepair(context), _older, _ending);
        _offers = context.Offers;
        _uploads = new UploadLog(context.Log, _sources, _downloads, _offers, context.Wall);
        _reader = new ContentReader(context.Shares, _sources, _downloads, _offers);
        _intake = new PieceIntake(_downloads, _assemblies, seal);
        _commit = new ChunkCommit(context, _downloads);
    }

    /// <summary>Reads the log, goes on with what it holds, and makes sure that it can be written.</summary>
    /// <param name="shares">The files on offer, by content.</param>
    /// <param name="wall">For the age of log entries; a wrong clock affects nothing else.</param>
    /// <exception cref="DiskException">The home cannot be used.</exception>
    public static ContentStore Open(
        IDisk disk, StoreOptions options, IShareCatalog shares, IPieceSeal seal, TimeProvider wall)
    {
        var (log, contents) = TransferLog.Open(disk, Path.Combine(options.Home, "log"));
        try
        {
            var context = new StoreContext(
                disk, log, new ManifestFiles(disk, Path.Combine(options.Home, "manifests")),
                new DownloadPlace(disk, options.Downloads), new KeptRoom(disk, options.KeepFreeBytes), shares,
                new UncommittedTally(), new OfferLog(log, wall), wall);
            var store = new ContentStore(context, seal);
            store.Recover(context, contents);
            return store;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>What the log held.</summary>
    public RecoveredState Recovered { get; private set; } = RecoveredState.Empty;

    /// <summary>Sentences about damage found in the log, for the user; empty when all was well.</summary>
    public IReadOnlyList<string> RecoveryWarnings { get; private set; } = [];

    /// <summary>Where damaged segments of the log are kept.</summary>
    public IReadOnlyList<string> DamagedLogs { get; private set; } = [];

    /// <summary>Bytes of verified, written chunks that are not durable yet.</summary>
    public long UncommittedBytes => _uncommitted.Bytes;

    /// <summary>All chunks of a file are written, and some of them wait for a commit.</summary>
    public bool HasWholeUncommitted => _uncommitted.HasWhole;

    /// <summary>
    /// Carries a request out and adds its results. <see cref="StorageRequest.PersistPiece"/>s are answered by
    /// <see cref="Commit"/>.
    /// </summary>
    public void Execute(StorageRequest request, ICollection<StorageResult> results)
    {
        switch (request)
        {
            case StorageRequest.PersistPiece persist:
                using (persist.Body) _intake.Take(persist, results);
                break;
            case StorageRequest.DropPieces drop:
                _assemblies.Drop(drop.Content, drop.Transfer);
                break;
            case StorageRequest.MatchShares match:
                _reader.Match(match, results);
                break;
            case StorageRequest.ReadManifest read:
                _reader.ReadManifest(read, results);
                break;
            case StorageRequest.OpenUpload open:
                _uploads.Open(open, results);
                break;
            case StorageRequest.DoubtShare doubt:
                _shares.Doubt(doubt.Content);
                break;
            case StorageRequest.NoteAcked note:
                _uploads.NoteAcked(note);
                break;
            case StorageRequest.PauseUpload pause:
                _uploads.Pause(pause);
                break;
            case StorageRequest.PauseDownload pause:
                _log.CommitOrNote(new JournalRecord.DownloadPaused(pause.Content, pause.IsPaused));
                break;
            case StorageRequest.CloseUpload close:
                _uploads.Close(close);
                break;
            case StorageRequest.KeepOffer keep:
                _offers.Keep(keep.Entry, results);
                break;
            case StorageRequest.ForgetOffer forget:
                _offers.Forget(forget.Key);
                break;
            case StorageRequest.OpenDownload open:
                _opening.Open(open, results);
                break;
            case StorageRequest.RetryDownload retry:
                _opening.Retry(retry.Content, results);
                break;
            case StorageRequest.FinishDownload finish:
                _ending.Finish(finish.Content, results);
                break;
            case StorageRequest.AbandonDownload abandon:
                _ending.Abandon(abandon.Content, results);
                break;
            default:
                throw new InvalidOperationException($"the store does not know {request.GetType().Name}");
        }
    }

    /// <summary>
    /// Flushes the partial files written since the last commit, then the log: one group of chunks becomes durable.
    /// </summary>
    public void Commit(ICollection<StorageResult> results) => _commit.Run(results);

    /// <summary>
    /// Reads a piece of a shared or partial content into <paramref name="destination"/>; null when it worked.
    /// </summary>
    public RefusalReason? ReadPiece(ContentId content, int chunk, int offset, Span<byte> destination) =>
        _reader.ReadPiece(content, chunk, offset, destination);

    /// <summary>
    /// The node is about to stop: <see cref="StorageRequest.FinishDownload"/>s end soon, done or not. An unfinished one
    /// is not answered, and the next start goes on with it. No more is taken of older versions.
    /// </summary>
    public void StopFinishing()
    {
        _ending.Stop();
        _older.Stop();
    }

    /// <summary>Closes all files. What is not committed is lost, as in a crash: commit before.</summary>
    public void Dispose()
    {
        foreach (var file in _downloads.Files()) file.Dispose();
        _sources.Dispose();
        _log.Dispose();
    }

    private void Recover(StoreContext context, LogContents contents)
    {
        // First: what has come while the node was down is told to have arrived.
        _offers.Restore(contents.Offers);
        var recovery = new DownloadRecovery(context, _downloads, _ending, contents.WasDamaged);
        Recovered = new RecoveredState(_uploads.Restore(contents.Uploads), recovery.Run(contents.Downloads))
        {
            Offers = _offers.Recovered(contents.Offers),
        };
        DamagedLogs = contents.DamagedKeptAs;
        RecoveryWarnings = [.. contents.Warnings, .. recovery.Warnings, .. StartLog()];
        _opening.EnsureCreated();
    }

    /// <summary>
    /// A full disk must not keep the node from starting: it can then neither send nor receive, but say why.
    /// </summary>
    private IEnumerable<string> StartLog()
    {
        try
        {
            _log.Commit();
            return [];
        }
        catch (DiskException failure) when (failure.Error == DiskError.Full)
        {
            return [$"the log cannot be written ({failure.Message}): transfers wait until there is room"];
        }
    }
}

/// <param name="Home">Folder of the log and the manifests.</param>
/// <param name="Downloads">Folder of partial files and of finished ones.</param>
/// <param name="KeepFreeBytes">
/// What downloads leave free of a disk; null for the larger of 1 GiB and one part of 20.
/// </param>
public sealed record StoreOptions(string Home, string Downloads, long? KeepFreeBytes);
