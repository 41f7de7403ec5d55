using Ferry.Protocol;
using Ferry.Protocol.Wire;

namespace Ferry.Storage.Store;

/// <summary>
/// How many requests may wait for the disk. When a queue is full, requests that peers cause are refused as busy; room
/// is reserved for those of our own user.
/// </summary>
public sealed record StorageLimits
{
    /// <summary>Requests that peers cause, waiting for the log.</summary>
    public int PeerRequestsMax { get; init; } = 4096;

    /// <summary>With room for the requests that must not be lost: closing, finishing, our own downloads.</summary>
    public int RequestsMax { get; init; } = 16 * 4096;

    /// <summary>Each takes some milliseconds: more than this would be answered too late.</summary>
    public int SearchesMax { get; init; } = 256;

    /// <summary>Windows bound what holders may send us.</summary>
    public int PiecesMax { get; init; } = 2048;

    /// <summary>The pieces' bytes; a download may take half, which is more than its window.</summary>
    public long PieceBytesMax { get; init; } = 160L << 20;

    /// <summary>The core stops asking when a link has more queued than it can send soon; this is far beyond.</summary>
    public int ReadsMax { get; init; } = 4096;

    /// <summary>How many others may wait before this one.</summary>
    public int MaxFor(StorageRequest request) => request switch
    {
        StorageRequest.PersistPiece => PiecesMax,
        StorageRequest.MatchShares => SearchesMax,
        StorageRequest.OpenUpload or StorageRequest.ReadManifest or StorageRequest.NoteAcked
            or StorageRequest.DoubtShare => PeerRequestsMax,
        _ => RequestsMax,
    };

    /// <summary>
    /// The answer to a request that found no room, if there is one. Disposes what the request owns.
    /// </summary>
    /// <exception cref="InvalidOperationException">It must not be lost: this node asks itself too much.</exception>
    public StorageResult? TurnDown(StorageRequest request)
    {
        switch (request)
        {
            case StorageRequest.PersistPiece piece:
                piece.Body.Dispose();
                return new StorageResult.PiecesDropped(piece.Content, piece.Piece.Chunk, piece.Piece.Transfer);
            case StorageRequest.MatchShares search:
                return new StorageResult.SharesMatched(search.Query, ShareMatches.None, IsBusy: true);
            case StorageRequest.OpenUpload open:
                return new StorageResult.UploadRefused(open.Transfer, RefusalReason.Busy);
            case StorageRequest.ReadManifest or StorageRequest.NoteAcked or StorageRequest.DoubtShare:
                // A requester asks again for the manifest, and says again that the bytes are wrong; an ACK that is not
                // noted only makes the progress shown after a restart older.
                return null;
            default:
                throw new InvalidOperationException($"{RequestsMax} storage requests wait");
        }
    }

    /// <summary>What the core is told of a piece that will never be sent.</summary>
    public static StorageResult.PieceNotRead NotRead(Effect.SendPiece piece, RefusalReason reason) => new(
        piece.Head.Transfer, piece.Link, piece.Head.BodyBytes, reason);
}
