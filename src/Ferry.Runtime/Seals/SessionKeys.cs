using System.Security.Cryptography;
using Ferry.Protocol.Transfer;

namespace Ferry.Runtime.Seals;

/// <summary>
/// What a finished key agreement ends in: the key of the pieces, and one for the words of each end, so that nobody's
/// words come back as the other's.
/// </summary>
internal sealed class SessionKeys : IDisposable
{
    private const int KeyBytes = 32;
    private const int TagBytes = 16;

    private readonly byte[] _requester;
    private readonly byte[] _holder;
    private readonly Lock _gate = new();
    private bool _wiped;

    private SessionKeys(byte[] pieces, byte[] requester, byte[] holder) =>
        (Pieces, _requester, _holder) = (new PieceCipher(pieces), requester, holder);

    public PieceCipher Pieces { get; }

    public static SessionKeys Derive(
        ECDiffieHellman own, ECDiffieHellman other, in SealedSession session, ReadOnlySpan<byte> offer,
        ReadOnlySpan<byte> answer)
    {
        var secret = own.DeriveRawSecretAgreement(other.PublicKey);
        var extracted = HKDF.Extract(HashAlgorithmName.SHA256, secret);
        try
        {
            return new SessionKeys(
                Expand(extracted, SealTranscript.OfKey("ferry seal key 2\n"u8, session, offer, answer)),
                Expand(extracted, SealTranscript.OfKey("ferry requester words 1\n"u8, session, offer, answer)),
                Expand(extracted, SealTranscript.OfKey("ferry holder words 1\n"u8, session, offer, answer)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(extracted);
        }
    }

    /// <summary>Empty when the keys are wiped.</summary>
    public byte[] Tag(SessionEnd speaker, ReadOnlySpan<byte> said)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        lock (_gate)
        {
            if (_wiped) return [];
            HMACSHA256.HashData(speaker == SessionEnd.Requester ? _requester : _holder, said, whole);
        }
        return whole[..TagBytes].ToArray();
    }

    public bool IsTag(SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag) =>
        tag.Length == TagBytes && CryptographicOperations.FixedTimeEquals(tag, Tag(speaker, said));

    public void Dispose()
    {
        Pieces.Dispose();
        lock (_gate)
        {
            _wiped = true;
            CryptographicOperations.ZeroMemory(_requester);
            CryptographicOperations.ZeroMemory(_holder);
        }
    }

    private static byte[] Expand(byte[] extracted, byte[] info) =>
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, KeyBytes, info);
}
