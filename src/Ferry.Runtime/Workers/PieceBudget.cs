using Ferry.Protocol;
using Ferry.Protocol.Content;

namespace Ferry.Runtime.Workers;

/// <summary>
/// The memory of pieces that wait for hash and disk: so much in all, and half of it for one download, so that a fast
/// one leaves room for the others.
/// </summary>
internal sealed class PieceBudget(long bytesMax)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContentId, long> _byDownload = [];
    private long _bytes;

    /// <summary>False when there is no room for it.</summary>
    public bool TryTake(StorageRequest.PersistPiece piece)
    {
        lock (_gate)
        {
            var own = _byDownload.GetValueOrDefault(piece.Content) + piece.Piece.BodyBytes;
            if (_bytes + piece.Piece.BodyBytes > bytesMax || own > bytesMax / 2) return false;
            _bytes += piece.Piece.BodyBytes;
            _byDownload[piece.Content] = own;
            return true;
        }
    }

    public void GiveBack(StorageRequest.PersistPiece piece)
    {
        lock (_gate)
        {
            _bytes -= piece.Piece.BodyBytes;
            var own = _byDownload[piece.Content] - piece.Piece.BodyBytes;
            if (own > 0) _byDownload[piece.Content] = own;
            else _byDownload.Remove(piece.Content);
        }
    }
}
