using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.World;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Node;

/// <summary>
/// The storage workers of a node in virtual time: five queues with the program's limits, and commits by its policy.
/// Requests are carried out in the order of their making, but for pieces: those overtake each other within a few
/// milliseconds. Results come back as inputs after the time the disk takes.
/// </summary>
internal sealed class SimStorage(SimWorld world, SimNode node, ContentStore store)
{
    private const long OperationMicroseconds = 150;
    private const long BytesPerMicrosecond = 100;
    private const long OvertakeMicroseconds = 4_000;

    private readonly int _life = node.Life;
    private readonly StorageLimits _limits = node.StorageLimits;
    private readonly CommitPolicy _policy = new();
    private readonly List<StorageResult> _results = [];
    private readonly byte[] _piece = new byte[WireLimits.PieceBytesMax];
    private readonly WorkQueue _requests = new();
    private readonly WorkQueue _openings = new();
    private readonly WorkQueue _searches = new();
    private readonly WorkQueue _pieces = new();
    private readonly WorkQueue _reads = new();
    private long _commitsBusyUntil;

    public int PiecesWaiting => _pieces.Waiting;
    public long UncommittedBytes => store.UncommittedBytes;
    public bool IsIdle =>
        _requests.Waiting + _openings.Waiting + _searches.Waiting + _pieces.Waiting + _reads.Waiting == 0
        && store.UncommittedBytes == 0;

    public void Submit(StorageRequest request)
    {
        var queue = QueueOf(request);
        if (queue.Waiting >= _limits.MaxFor(request))
        {
            world.Reached.Note(RareOf(request));
            if (_limits.TurnDown(request) is { } answer) node.Post(new Input.Stored(answer));
        }
        else if (request is StorageRequest.PersistPiece persist)
        {
            Work(queue, Cost(persist.Body.Length), world.Chance(OvertakeMicroseconds), () => Persist(persist));
        }
        else
        {
            Work(queue, Cost(0), 0, () => CarryOut(request));
        }
    }

    public void Submit(Effect.SendPiece send)
    {
        if (_reads.Waiting >= _limits.ReadsMax)
        {
            world.Reached.Note(Rare.BusyReading);
            node.Post(new Input.Stored(StorageLimits.NotRead(send, RefusalReason.Busy)));
            return;
        }
        Work(_reads, Cost(send.Head.PieceBytes), 0, () => ReadAndSend(send));
    }

    private WorkQueue QueueOf(StorageRequest request) => request switch
    {
        StorageRequest.PersistPiece => _pieces,
        StorageRequest.MatchShares => _searches,
        StorageRequest.OpenDownload or StorageRequest.RetryDownload or StorageRequest.AbandonDownload => _openings,
        _ => _requests,
    };

    private static Rare RareOf(StorageRequest request) => request switch
    {
        StorageRequest.PersistPiece => Rare.BusyPersisting,
        StorageRequest.MatchShares => Rare.BusySearching,
        _ => Rare.BusyLogging,
    };

    private void Work(WorkQueue queue, long cost, long late, Action work)
    {
        queue.Waiting++;
        queue.BusyUntil = Math.Max(world.Now, queue.BusyUntil) + cost;
        Later(queue.BusyUntil + late, () =>
        {
            queue.Waiting--;
            work();
        });
    }

    private void CarryOut(StorageRequest request)
    {
        world.Trace.Say(world.Now, node.Name, $"  disk: {request.GetType().Name}");
        var cost = request is StorageRequest.FinishDownload ? Commit() : 0;
        var flushes = node.Disk.Flushes;
        store.Execute(request, _results);
        Deliver(cost + Cost(0) + FlushTime(flushes));
    }

    private void Persist(StorageRequest.PersistPiece persist)
    {
        store.Execute(persist, _results);
        Deliver(Cost(0));
        var now = new Instant(world.Now);
        var moreWait = _pieces.Waiting > 0;
        if (!_policy.AfterPiece(now, store.UncommittedBytes, store.HasWholeUncommitted, moreWait)) return;
        // Commits have a thread of their own: other pieces may be persisted before one starts.
        Later(Math.Max(_policy.Due.Microseconds, _commitsBusyUntil) + world.Chance(OvertakeMicroseconds), () =>
        {
            if (_policy.Due <= new Instant(world.Now)) Commit();
        });
    }

    /// <summary>Returns the time that it takes.</summary>
    private long Commit()
    {
        _policy.Started(new Instant(world.Now));
        var bytes = store.UncommittedBytes;
        if (bytes == 0) return 0;
        var flushes = node.Disk.Flushes;
        store.Commit(_results);
        var cost = Cost((int)Math.Min(bytes, int.MaxValue)) + 10 * OperationMicroseconds + FlushTime(flushes);
        _commitsBusyUntil = world.Now + cost;
        Deliver(cost);
        return cost;
    }

    private void ReadAndSend(Effect.SendPiece send)
    {
        var head = send.Head;
        var piece = _piece.AsSpan(0, head.PieceBytes);
        var failure = store.ReadPiece(send.Content, head.Chunk, head.Offset, piece);
        if (failure is null && !node.TrySendPiece(send.Link, head, piece)) failure = RefusalReason.UnknownTransfer;
        if (failure is { } reason) _results.Add(StorageLimits.NotRead(send, reason));
        Deliver(0);
    }

    private void Deliver(long after)
    {
        foreach (var result in _results) node.Post(new Input.Stored(result), after);
        _results.Clear();
    }

    private long Cost(int bytes) =>
        (OperationMicroseconds + bytes / BytesPerMicrosecond) * node.Disk.Faults.Slowness;

    /// <param name="before">How many there were before the work.</param>
    private long FlushTime(long before) => (node.Disk.Flushes - before) * node.Disk.Faults.FlushMicroseconds;

    /// <summary>
    /// Carries out on the node's behalf: nothing happens when it is another life by then; a power cut ends
    /// this one.
    /// </summary>
    private void Later(long at, Action action) => world.After(at - world.Now, () =>
    {
        if (node.Life != _life || !node.IsUp) return;
        try
        {
            action();
        }
        catch (SimCrash)
        {
            node.PowerCut();
        }
    });

    private sealed class WorkQueue
    {
        public int Waiting { get; set; }
        public long BusyUntil { get; set; }
    }
}
