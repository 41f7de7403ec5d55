using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Simulation.World;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Node;

/// <summary>
/// The storage workers of a node in virtual time. Requests are carried out in the order of their making, but for
/// pieces: those overtake each other within a few milliseconds. Results come back as inputs after the time the disk
/// takes.
/// Chunks are committed as the program does it: at 16 MiB, after 200 ms, or when no piece waits.
/// </summary>
internal sealed class SimStorage(SimWorld world, SimNode node, ContentStore store)
{
    private const long CommitBytes = 16 * 1024 * 1024;
    private const long CommitAfter = 200_000;
    private const long OperationMicroseconds = 150;
    private const long BytesPerMicrosecond = 100;
    private const long OvertakeMicroseconds = 4_000;

    private readonly int _life = node.Life;
    private readonly List<StorageResult> _results = [];
    private readonly byte[] _piece = new byte[WireLimits.PieceBytesMax];
    private long _requestsBusyUntil;
    private long _piecesBusyUntil;
    private long _readsBusyUntil;
    private long? _firstUncommitted;
    private bool _commitScheduled;

    public int PiecesWaiting { get; private set; }
    public int RequestsWaiting { get; private set; }
    public long UncommittedBytes => store.UncommittedBytes;
    public bool IsIdle => PiecesWaiting == 0 && RequestsWaiting == 0 && store.UncommittedBytes == 0;

    public void Submit(StorageRequest request)
    {
        if (request is StorageRequest.PersistPiece persist)
        {
            PiecesWaiting++;
            _piecesBusyUntil = Math.Max(world.Now, _piecesBusyUntil) + Cost(persist.Body.Length);
            Later(_piecesBusyUntil + world.Chance(OvertakeMicroseconds), () => RunPiece(persist));
        }
        else
        {
            RequestsWaiting++;
            _requestsBusyUntil = Math.Max(world.Now, _requestsBusyUntil) + Cost(0);
            Later(_requestsBusyUntil, () => Run(request));
        }
    }

    public void Submit(Effect.SendPiece send)
    {
        RequestsWaiting++;
        _readsBusyUntil = Math.Max(world.Now, _readsBusyUntil) + Cost(send.Head.PieceBytes);
        Later(_readsBusyUntil, () => ReadAndSend(send));
    }

    private void Run(StorageRequest request)
    {
        RequestsWaiting--;
        world.Trace.Say(world.Now, node.Name, $"  disk: {request.GetType().Name}");
        store.Execute(request, _results);
        Deliver(Cost(0));
    }

    private void RunPiece(StorageRequest.PersistPiece persist)
    {
        PiecesWaiting--;
        store.Execute(persist, _results);
        Deliver(Cost(0));
        ScheduleCommit();
    }

    private void ScheduleCommit()
    {
        if (store.UncommittedBytes == 0) return;
        _firstUncommitted ??= world.Now;
        var isLate = world.Now - _firstUncommitted >= CommitAfter;
        if (store.UncommittedBytes >= CommitBytes || isLate || PiecesWaiting == 0) Commit();
        else if (!_commitScheduled)
        {
            _commitScheduled = true;
            Later(_firstUncommitted.Value + CommitAfter, () =>
            {
                _commitScheduled = false;
                ScheduleCommit();
            });
        }
    }

    private void Commit()
    {
        _firstUncommitted = null;
        var bytes = store.UncommittedBytes;
        store.Commit(_results);
        Deliver(Cost((int)Math.Min(bytes, int.MaxValue)) + 10 * OperationMicroseconds);
    }

    private void ReadAndSend(Effect.SendPiece send)
    {
        RequestsWaiting--;
        var head = send.Head;
        var piece = _piece.AsSpan(0, head.PieceBytes);
        var failure = store.ReadPiece(send.Content, head.Chunk, head.Offset, piece);
        if (failure is null)
        {
            var body = node.Keys.Seal(head, piece);
            if (body is null) failure = RefusalReason.UnknownTransfer;
            else node.SendBulk(send.Link, head, body);
        }
        _results.Add(new StorageResult.PieceRead(head.Transfer, head.Chunk, send.Link, head.BodyBytes, failure));
        Deliver(0);
    }

    private void Deliver(long after)
    {
        foreach (var result in _results) node.Post(new Input.Stored(result), after);
        _results.Clear();
    }

    private long Cost(int bytes) =>
        (OperationMicroseconds + bytes / BytesPerMicrosecond) * node.Disk.Faults.Slowness;

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
}
