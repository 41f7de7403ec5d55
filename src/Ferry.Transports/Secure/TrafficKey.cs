using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ferry.Transports.Secure;

/// <summary>
/// The key of one direction of a link. Frame number n is sealed with AES-256-GCM under the nonce base xor n. When a key
/// has sealed as much as <see cref="RekeyPolicy"/> allows, the secret is replaced by its successor, the next key
/// derived from that, and the numbers start anew (forward secrecy). Both ends count the same frames, so no message is
/// needed.
/// </summary>
internal sealed class TrafficKey : IDisposable
{
    public const int SecretBytes = 32;
    public const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly RekeyPolicy _policy;
    private readonly byte[] _secret = new byte[SecretBytes];
    private readonly byte[] _nonceBase = new byte[NonceBytes];
    private AesGcm _cipher;
    private long _frames;
    private long _bytes;

    public TrafficKey(ReadOnlySpan<byte> secret, RekeyPolicy policy)
    {
        _policy = policy;
        secret.CopyTo(_secret);
        _cipher = NewCipher();
    }

    /// <summary>How often the key was renewed.</summary>
    public int Generation { get; private set; }

    public void Seal(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> plain, Span<byte> sealedBytes, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        NextNonce(nonce);
        _cipher.Encrypt(nonce, plain, sealedBytes, tag, prefix);
        Count(plain.Length);
    }

    /// <summary>Opens in place. False when the tag is wrong; the caller then closes the link.</summary>
    public bool TryOpen(ReadOnlySpan<byte> prefix, Span<byte> sealedBytes, ReadOnlySpan<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        NextNonce(nonce);
        try
        {
            _cipher.Decrypt(nonce, sealedBytes, tag, sealedBytes, prefix);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        Count(sealedBytes.Length);
        return true;
    }

    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }

    private void NextNonce(Span<byte> nonce)
    {
        _nonceBase.CopyTo(nonce);
        var number = BinaryPrimitives.ReadInt64BigEndian(nonce[4..]) ^ _frames;
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], number);
    }

    private void Count(int bytes)
    {
        _frames++;
        _bytes += bytes;
        if (_frames < _policy.FramesMax && _bytes < _policy.BytesMax) return;

        Span<byte> next = stackalloc byte[SecretBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, next, "ferry link rekey"u8);
        next.CopyTo(_secret);
        CryptographicOperations.ZeroMemory(next);
        _cipher.Dispose();
        _cipher = NewCipher();
        _frames = 0;
        _bytes = 0;
        Generation++;
    }

    private AesGcm NewCipher()
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, "ferry link key"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, _nonceBase, "ferry link nonce"u8);
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }
}
