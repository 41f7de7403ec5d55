using System.Buffers;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Takes pieces in: a piece's seal is opened straight into its place in the chunk's buffer; a complete chunk is
/// verified and written from there. All of that runs outside locks, so that several threads work in parallel.
/// </summary>
internal sealed class PieceIntake(OpenDownloads downloads, ChunkAssemblies assemblies, IPieceSeal seal)
{
    public void Take(StorageRequest.PersistPiece request, ICollection<StorageResult> results)
    {
        var piece = request.Piece;
        if (downloads.Find(request.Content) is not { } file || !Fits(piece, request.Body, file.Manifest.Layout))
        {
            Drop(request.Content, piece, results);
            return;
        }
        switch (file.FateOf(piece.Chunk))
        {
            case ChunkFate.Wanted:
                Add(file, request, results);
                break;
            case ChunkFate.Durable when piece.Offset + piece.PieceBytes == file.Manifest.Layout.LengthOf(piece.Chunk):
                // The core may have missed that the chunk is durable: repeated each time the chunk arrives again.
                results.Add(new StorageResult.ChunksDurable(request.Content, [piece.Chunk]));
                break;
            case ChunkFate.Refused when file.TakeUntoldTrouble() is { } trouble:
                results.Add(DiskTroubles.Stalled(request.Content, file.Name, trouble));
                break;
        }
    }

    private static bool Fits(FileTransfer piece, Payload body, ChunkLayout layout) =>
        piece.PieceBytes <= WireLimits.PieceBytesMax && body.Length == piece.BodyBytes
        && layout.Contains(piece.Chunk, piece.Offset, piece.PieceBytes);

    private void Add(PartialFile file, StorageRequest.PersistPiece request, ICollection<StorageResult> results)
    {
        var piece = request.Piece;
        var key = new ChunkKey(request.Content, piece.Chunk, piece.Transfer);
        var chunkBytes = file.Manifest.Layout.LengthOf(piece.Chunk);
        var dropped = new List<ChunkKey>();
        var (assembly, fit) = assemblies.Claim(key, chunkBytes, piece.Offset, piece.PieceBytes, dropped);
        foreach (var gone in dropped)
            results.Add(new StorageResult.PiecesDropped(gone.Content, gone.Chunk, gone.Transfer));
        if (fit == PieceFit.Refused) Drop(request.Content, piece, results);
        if (assembly is null) return;

        var (opened, isComplete) = fit == PieceFit.Fresh
            ? OpenInPlace(assembly, request)
            : OpenAside(assembly, request);
        if (!opened) Drop(request.Content, piece, results);
        if (isComplete) Store(file, assembly, results);
    }

    private (bool Opened, bool IsComplete) OpenInPlace(ChunkAssembly assembly, StorageRequest.PersistPiece request)
    {
        var (offset, count) = (request.Piece.Offset, request.Piece.PieceBytes);
        var opened = false;
        var isComplete = false;
        try
        {
            opened = seal.TryOpen(request.Piece, request.Body, assembly.Bytes(offset, count));
        }
        finally
        {
            isComplete = assemblies.Settle(assembly, offset, count, opened, aside: []);
        }
        return (opened, isComplete);
    }

    private (bool Opened, bool IsComplete) OpenAside(ChunkAssembly assembly, StorageRequest.PersistPiece request)
    {
        var (offset, count) = (request.Piece.Offset, request.Piece.PieceBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(count);
        var opened = false;
        var isComplete = false;
        try
        {
            opened = seal.TryOpen(request.Piece, request.Body, buffer.AsSpan(0, count));
        }
        finally
        {
            isComplete = assemblies.Settle(assembly, offset, count, opened, buffer.AsSpan(0, count));
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return (opened, isComplete);
    }

    private void Store(PartialFile file, ChunkAssembly assembly, ICollection<StorageResult> results)
    {
        var (content, chunk, transfer) = assembly.Key;
        try
        {
            var bytes = assembly.Bytes(0, assembly.Length);
            if (!file.Manifest.Verify(chunk, bytes))
            {
                results.Add(new StorageResult.ChunkRejected(content, chunk, transfer));
                return;
            }
            if (file.Write(chunk, bytes) is { } failure)
            {
                results.Add(DiskTroubles.Stalled(content, file.Name, failure));
                assemblies.Drop(content, transfer: null);
                return;
            }
        }
        finally
        {
            assembly.Release();
        }
    }

    /// <summary>Who made the piece is not known, so nobody is to blame; what else came of the chunk stays.</summary>
    private static void Drop(ContentId content, FileTransfer piece, ICollection<StorageResult> results) =>
        results.Add(new StorageResult.PiecesDropped(content, piece.Chunk, piece.Transfer));
}
