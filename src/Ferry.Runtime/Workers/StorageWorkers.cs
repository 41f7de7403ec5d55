using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Storage.Store;

namespace Ferry.Runtime.Workers;

/// <summary>
/// Carries out the core's storage requests, beside the loop. What peers wait for (uploads, manifests) keeps its order
/// in one queue, and what our own downloads need in another: opening one may read a whole file that is there already.
/// Four kinds need no order and have queues of their own: searching the shares (slow), persisting pieces (several at
/// once, since hashing takes a core), reading pieces, and finishing downloads, which reads a whole file. Every queue is
/// bounded by <see cref="StorageLimits"/>.
/// </summary>
internal sealed class StorageWorkers : IAsyncDisposable
{
    private readonly ContentStore _store;
    private readonly LoopInbox _inbox;
    private readonly StorageLimits _limits;
    private readonly Committer _committer;
    private readonly PieceSender _sender;
    private readonly PieceBudget _budget;
    private readonly WorkerQueue<StorageRequest> _requests;
    private readonly WorkerQueue<StorageRequest> _openings;
    private readonly WorkerQueue<StorageRequest> _searches;
    private readonly WorkerQueue<StorageRequest> _pieces;
    private readonly WorkerQueue<StorageRequest> _finishing;

    public StorageWorkers(
        ContentStore store, SealKeyRing seals, LinkTable links, LoopInbox inbox, StorageLimits limits, NodeLife life,
        NodeMeter meter, TimeProvider time)
    {
        (_store, _inbox, _limits) = (store, inbox, limits);
        _committer = new Committer(store, inbox, life, meter, time);
        _budget = new PieceBudget(limits.PieceBytesMax);
        _sender = new PieceSender(store, seals, links, inbox, limits, life);
        _requests = new WorkerQueue<StorageRequest>("the log", 1, limits.RequestsMax, Execute, life);
        _openings = new WorkerQueue<StorageRequest>("opening downloads", 1, limits.RequestsMax, Execute, life);
        _searches = new WorkerQueue<StorageRequest>("searching shares", 1, limits.SearchesMax, Execute, life);
        _pieces = new WorkerQueue<StorageRequest>(
            "persisting pieces", Environment.ProcessorCount, limits.PiecesMax, Persist, life);
        // Several, so that small files do not wait for a large one.
        _finishing = new WorkerQueue<StorageRequest>("finishing downloads", 4, limits.RequestsMax, Finish, life);
    }

    /// <summary>Called by the loop.</summary>
    public void Post(Effect.SendPiece piece) => _sender.Post(piece);

    /// <summary>Called by the loop.</summary>
    public void Post(StorageRequest request)
    {
        var lane = LaneOf(request);
        var piece = request as StorageRequest.PersistPiece;
        if (lane.Waiting < _limits.MaxFor(request) && (piece is null || _budget.TryTake(piece)))
        {
            if (lane.TryPost(request)) return;
            if (piece is not null) _budget.GiveBack(piece);
        }
        if (_limits.TurnDown(request) is { } answer) Answer(answer);
    }

    /// <summary>
    /// Does what was posted, commits, and ends; files that are being read back are left to the next start. Nothing may
    /// be posted any longer.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _requests.Complete();
        _openings.Complete();
        _searches.Complete();
        _pieces.Complete();
        _finishing.Complete();
        _store.StopFinishing();
        await Task.WhenAll(
            _requests.Completion, _openings.Completion, _searches.Completion, _pieces.Completion,
            _finishing.Completion);
        await _sender.DisposeAsync();
        await _committer.DisposeAsync();
        _requests.Dispose();
        _openings.Dispose();
        _searches.Dispose();
        _pieces.Dispose();
        _finishing.Dispose();
    }

    private WorkerQueue<StorageRequest> LaneOf(StorageRequest request) => request switch
    {
        StorageRequest.PersistPiece => _pieces,
        StorageRequest.MatchShares => _searches,
        StorageRequest.FinishDownload => _finishing,
        StorageRequest.OpenDownload or StorageRequest.RetryDownload or StorageRequest.AbandonDownload
            or StorageRequest.PauseDownload => _openings,
        _ => _requests,
    };

    private void Finish(StorageRequest request)
    {
        _committer.CommitNow();
        Execute(request);
    }

    private void Persist(StorageRequest request)
    {
        Execute(request);
        _budget.GiveBack((StorageRequest.PersistPiece)request);
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
