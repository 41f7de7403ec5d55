using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Storage.Store;

namespace Ferry.Runtime.Workers;

/// <summary>
/// Carries out the core's storage requests, beside the loop. Requests keep their order in one queue; three kinds need
/// no order and have queues of their own: searching the shares (slow), persisting pieces (several at once, since
/// hashing takes a core) and reading pieces. Every queue is bounded. When it is full, requests that peers cause are
/// refused as busy; room is reserved for those of our own user.
/// </summary>
internal sealed class StorageWorkers : IAsyncDisposable
{
    /// <summary>Requests that peers cause, waiting for the log.</summary>
    public const int PeerRequestsMax = 4096;

    /// <summary>With room for the requests that must not be lost: closing, finishing, our own downloads.</summary>
    private const int RequestsMax = 16 * PeerRequestsMax;

    /// <summary>Each takes some milliseconds: more than this would be answered too late.</summary>
    private const int SearchesMax = 256;

    /// <summary>Windows bound what holders may send us; this is 512 MiB of pieces of 256 KiB.</summary>
    private const int PiecesMax = 2048;

    private readonly ContentStore _store;
    private readonly LoopInbox _inbox;
    private readonly Committer _committer;
    private readonly PieceSender _sender;
    private readonly WorkerQueue<StorageRequest> _requests;
    private readonly WorkerQueue<StorageRequest> _searches;
    private readonly WorkerQueue<StorageRequest> _pieces;

    public StorageWorkers(
        ContentStore store, SealKeyRing seals, LinkTable links, LoopInbox inbox, Action<Exception> fault,
        TimeProvider time)
    {
        _store = store;
        _inbox = inbox;
        _committer = new Committer(store, inbox, fault, time);
        _sender = new PieceSender(store, seals, links, inbox, fault);
        _requests = new WorkerQueue<StorageRequest>(1, RequestsMax, CarryOut, fault);
        _searches = new WorkerQueue<StorageRequest>(1, SearchesMax, CarryOut, fault);
        _pieces = new WorkerQueue<StorageRequest>(Environment.ProcessorCount, PiecesMax, Persist, fault);
    }

    /// <summary>Called by the loop.</summary>
    public void Post(Effect.SendPiece piece) => _sender.Post(piece);

    /// <summary>Called by the loop.</summary>
    public void Post(StorageRequest request)
    {
        switch (request)
        {
            case StorageRequest.PersistPiece piece:
                // A piece that finds the queue full counts as lost: it will be sent again.
                if (!_pieces.TryPost(piece)) piece.Body.Dispose();
                break;
            case StorageRequest.MatchShares search:
                if (!_searches.TryPost(search)) Answer(new StorageResult.SharesMatched(search.Query, []));
                break;
            case StorageRequest.OpenUpload open when _requests.Waiting >= PeerRequestsMax:
                Answer(new StorageResult.UploadRefused(open.Transfer, RefusalReason.Busy));
                break;
            case StorageRequest.ReadManifest or StorageRequest.NoteAcked when _requests.Waiting >= PeerRequestsMax:
                // A requester asks again for the manifest; an ACK that is not noted only makes the progress shown after
                // a restart older.
                break;
            default:
                if (_requests.TryPost(request)) break;
                throw new InvalidOperationException($"{RequestsMax} storage requests wait");
        }
    }

    /// <summary>Does what was posted, commits, and ends. Nothing may be posted any longer.</summary>
    public async ValueTask DisposeAsync()
    {
        _requests.Complete();
        _searches.Complete();
        _pieces.Complete();
        await Task.WhenAll(_requests.Completion, _searches.Completion, _pieces.Completion);
        await _sender.DisposeAsync();
        await _committer.DisposeAsync();
        _requests.Dispose();
        _searches.Dispose();
        _pieces.Dispose();
    }

    private void CarryOut(StorageRequest request)
    {
        if (request is StorageRequest.FinishDownload) _committer.CommitNow();
        Execute(request);
    }

    private void Persist(StorageRequest request)
    {
        Execute(request);
        _committer.AfterPiece(moreWait: _pieces.Waiting > 0);
    }

    private void Execute(StorageRequest request)
    {
        var results = new List<StorageResult>();
        _store.Execute(request, results);
        foreach (var result in results) Answer(result);
    }

    private void Answer(StorageResult result) => _inbox.PostResult(new Input.Stored(result));
}
