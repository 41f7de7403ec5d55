using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ferry.Protocol.Wire;

namespace Ferry.Runtime.Seals;

/// <summary>
/// AES-256-GCM under the key of one transfer. The nonce is the piece's seal number, which the core never uses twice;
/// transfer, chunk and offset are authenticated too, so that a piece opens only where it belongs. Several workers seal
/// and open at once: <c>AesGcm</c> is not documented as thread-safe, so each call takes an instance from a small pool.
/// </summary>
internal sealed class PieceCipher(byte[] key) : IDisposable
{
    private const int NonceBytes = 12;
    private const int AssociatedBytes = 24;

    private readonly ConcurrentBag<AesGcm> _stock = [];
    private readonly Lock _gate = new();
    private bool _wiped;

    /// <summary>The piece that the body begins with becomes ciphertext and tag. False when the key is wiped.</summary>
    public bool TrySeal(FileTransfer head, Span<byte> body)
    {
        if (Take() is not { } aes) return false;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> associated = stackalloc byte[AssociatedBytes];
        Describe(head, nonce, associated);
        var piece = body[..head.PieceBytes];
        aes.Encrypt(nonce, piece, piece, body.Slice(head.PieceBytes, FileTransfer.SealBytes), associated);
        PutBack(aes);
        return true;
    }

    /// <summary>False when the tag is wrong or the key is wiped.</summary>
    public bool TryOpen(FileTransfer head, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        if (body.Length != head.BodyBytes || destination.Length != head.PieceBytes) return false;
        if (Take() is not { } aes) return false;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Span<byte> associated = stackalloc byte[AssociatedBytes];
        Describe(head, nonce, associated);
        try
        {
            aes.Decrypt(nonce, body[..head.PieceBytes], body[head.PieceBytes..], destination, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            PutBack(aes);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_wiped) return;
            _wiped = true;
            CryptographicOperations.ZeroMemory(key);
        }
        while (_stock.TryTake(out var aes)) aes.Dispose();
    }

    private static void Describe(FileTransfer head, Span<byte> nonce, Span<byte> associated)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], head.SealNumber);
        BinaryPrimitives.WriteUInt128BigEndian(associated, head.Transfer.Value);
        BinaryPrimitives.WriteInt32BigEndian(associated[16..], head.Chunk);
        BinaryPrimitives.WriteInt32BigEndian(associated[20..], head.Offset);
    }

    private AesGcm? Take()
    {
        if (_stock.TryTake(out var aes)) return aes;
        lock (_gate) return _wiped ? null : new AesGcm(key, FileTransfer.SealBytes);
    }

    private void PutBack(AesGcm aes)
    {
        lock (_gate)
        {
            if (!_wiped)
            {
                _stock.Add(aes);
                return;
            }
        }
        aes.Dispose();
    }
}
