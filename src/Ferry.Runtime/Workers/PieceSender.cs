using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Seals;
using Ferry.Storage.Store;
using Ferry.Transports;

namespace Ferry.Runtime.Workers;

/// <summary>
/// Reads pieces of what this node holds, seals them in the buffer they leave in, and queues them on their links. A
/// transfer always has the same reader, so that its pieces leave in the order the core chose.
/// </summary>
internal sealed class PieceSender : IAsyncDisposable
{
    private const int Readers = 2;

    private readonly WorkerQueue<Effect.SendPiece>[] _readers;
    private readonly ContentStore _store;
    private readonly SealKeyRing _seals;
    private readonly LinkTable _links;
    private readonly LoopInbox _inbox;
    private volatile bool _isStopping;

    public PieceSender(ContentStore store, SealKeyRing seals, LinkTable links, LoopInbox inbox, StorageLimits limits,
        NodeLife life)
    {
        _store = store;
        _seals = seals;
        _links = links;
        _inbox = inbox;
        _readers = [.. Enumerable.Range(0, Readers).Select(_ =>
            new WorkerQueue<Effect.SendPiece>("sending pieces", 1, limits.ReadsMax, Send, life))];
    }

    public void Post(Effect.SendPiece piece)
    {
        var reader = _readers[(int)((ulong)piece.Head.Transfer.Value % Readers)];
        if (!reader.TryPost(piece)) PostFailure(piece, RefusalReason.Busy);
    }

    /// <summary>Drops the pieces that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        foreach (var reader in _readers) reader.Complete();
        await Task.WhenAll(_readers.Select(reader => reader.Completion));
        foreach (var reader in _readers) reader.Dispose();
    }

    private void Send(Effect.SendPiece piece)
    {
        if (_isStopping) return;

        // Checked again: the link may have gone down while the piece waited.
        if (_links.Find(piece.Link) is not { } pump) return;

        var head = piece.Head;
        var body = PooledBody.Rent(head.BodyBytes);
        var failure = _store.ReadPiece(piece.Content, head.Chunk, head.Offset, body.Span[..head.PieceBytes]);
        if (failure is null && !_seals.TrySeal(head, body.Span)) failure = RefusalReason.UnknownTransfer;
        if (failure is { } reason)
        {
            body.Dispose();
            PostFailure(piece, reason);
        }
        else pump.SendBody(from: default, head, body);
    }

    private void PostFailure(Effect.SendPiece piece, RefusalReason reason) =>
        _inbox.PostResult(new Input.Stored(StorageLimits.NotRead(piece, reason)));
}
