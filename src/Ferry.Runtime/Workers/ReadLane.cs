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
internal sealed class ReadLane : IAsyncDisposable
{
    /// <summary>The core stops asking when a link has more queued than it can send soon; this is far beyond.</summary>
    private const int PiecesMax = 4096;
    private const int Readers = 2;

    private readonly Lane<Effect.SendPiece>[] _readers;
    private readonly ContentStore _store;
    private readonly SealKeyRing _seals;
    private readonly LinkTable _links;
    private readonly InputPost _post;
    private volatile bool _isStopping;

    public ReadLane(ContentStore store, SealKeyRing seals, LinkTable links, InputPost post, Action<Exception> fault)
    {
        _store = store;
        _seals = seals;
        _links = links;
        _post = post;
        _readers = [.. Enumerable.Range(0, Readers).Select(_ => new Lane<Effect.SendPiece>(1, PiecesMax, Send, fault))];
    }

    public void Post(Effect.SendPiece piece)
    {
        var reader = _readers[(int)((ulong)piece.Header.Transfer.Value % Readers)];
        if (!reader.TryPost(piece)) Answer(piece, RefusalReason.Busy);
    }

    /// <summary>What waits is not sent any longer.</summary>
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

        // Asked again here: the link may have gone while the piece waited.
        if (_links.Find(piece.Link) is not { } pump)
        {
            Answer(piece, null);
            return;
        }

        var header = piece.Header;
        var frame = Frame.Rent(header.BodyBytes);
        var failure = _store.ReadPiece(piece.Content, header.Chunk, header.Offset, frame.Span[..header.PieceBytes]);
        if (failure is null && !_seals.TrySeal(header, frame.Span)) failure = RefusalReason.UnknownTransfer;
        if (failure is null) pump.SendBody(header, frame);
        else frame.Dispose();
        Answer(piece, failure);
    }

    private void Answer(Effect.SendPiece piece, RefusalReason? failure)
    {
        var header = piece.Header;
        var result = new StorageResult.PieceRead(header.Transfer, header.Chunk, piece.Link, header.BodyBytes, failure);
        _post.PostResult(new Input.Stored(result));
    }
}
