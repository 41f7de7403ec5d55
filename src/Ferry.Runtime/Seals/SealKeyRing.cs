using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Downloads;
using Ferry.Transports;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Seals;

/// <summary>
/// The keys that seal bodies from holder to requester, whatever lies between them. Each transfer has a key of its own:
/// ephemeral ECDH on P-256, signed by both node keys, so that old bodies stay sealed when a node key is stolen later
/// (forward secrecy). Keys of requested and of served transfers are kept apart: a peer that reuses the id of one of our
/// own downloads for a request to us does not touch that download's key.
/// </summary>
internal sealed class SealKeyRing(Identity identity) : ISealKeyRing, IPieceSeal, IDisposable
{
    private readonly ConcurrentDictionary<TransferId, Requested> _requested = new();
    private readonly ConcurrentDictionary<TransferId, Served> _served = new();

    public byte[] Offer(TransferId transfer, ContentId content, NodeId holder)
    {
        var session = new SealedSession(transfer, content, Requester: identity.Id, holder);
        var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var offer = SealOffer.Write(
            ephemeral, identity, point => SealTranscript.OfOffer(session, point));
        if (!_requested.TryAdd(transfer, new Requested(session, offer, ephemeral)))
        {
            ephemeral.Dispose();
            throw new InvalidOperationException($"transfer {transfer} has made its offer already");
        }
        return offer;
    }

    public byte[]? Answer(TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer)
    {
        var session = new SealedSession(transfer, content, requester, Holder: identity.Id);
        // The same request once more (its answer was lost) gets the same answer and key; another of its id, none.
        if (_served.TryGetValue(transfer, out var known))
        {
            return known.Session == session && offer.SequenceEqual(known.Offer) ? known.Answer : null;
        }

        using var other = SealOffer.Read(
            offer, requester, point => SealTranscript.OfOffer(session, point));
        if (other is null) return null;
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var heard = offer.ToArray();
        var answer = SealOffer.Write(
            ephemeral, identity, point => SealTranscript.OfAnswer(session, point, heard));
        var keys = SessionKeys.Derive(ephemeral, other, session, offer, answer);
        if (_served.TryAdd(transfer, new Served(session, heard, answer, keys))) return answer;
        keys.Dispose();
        return null;
    }

    public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer)
    {
        if (!_requested.TryGetValue(transfer, out var requested) || requested.Session.Holder != holder) return false;
        lock (requested)
        {
            if (requested.Answer is { } known) return answer.SequenceEqual(known);
            if (requested.Ephemeral is not { } ephemeral) return false;
            using var other = SealOffer.Read(
                answer, holder,
                point => SealTranscript.OfAnswer(requested.Session, point, requested.Offer));
            if (other is null) return false;
            requested.Keep(
                SessionKeys.Derive(ephemeral, other, requested.Session, requested.Offer, answer), answer.ToArray());
            return true;
        }
    }

    public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said) =>
        KeysOf(transfer, self: speaker)?.Tag(speaker, said) ?? [];

    public bool IsTag(
        TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag)
    {
        var self = speaker == SessionEnd.Requester ? SessionEnd.Holder : SessionEnd.Requester;
        return KeysOf(transfer, self)?.IsTag(speaker, said, tag) == true;
    }

    public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word)
    {
        var transcript = SealTranscript.OfWord(transfer, content, identity.Id, other, word);
        return [.. identity.PublicKey.Span, .. identity.Sign(transcript)];
    }

    public bool IsSigned(
        TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof)
    {
        const int KeyBytes = Identity.PublicKeyBytes;
        if (proof.Length != KeyBytes + Identity.SignatureBytes) return false;
        var transcript = SealTranscript.OfWord(transfer, content, signer, identity.Id, word);
        return Identity.Verify(signer, proof[..KeyBytes], transcript, proof[KeyBytes..]);
    }

    public void Forget(TransferId transfer)
    {
        if (_requested.TryRemove(transfer, out var requested)) requested.Wipe();
        if (_served.TryRemove(transfer, out var served)) served.Keys.Dispose();
    }

    /// <summary>Seals a piece that this node serves, in place. False when the transfer has no key (any more).</summary>
    public bool TrySeal(FileTransfer head, Span<byte> body) =>
        _served.TryGetValue(head.Transfer, out var served) && served.Keys.Pieces.TrySeal(head, body);

    public bool TryOpen(FileTransfer head, Payload body, Span<byte> destination) =>
        _requested.TryGetValue(head.Transfer, out var requested) && requested.Keys is { } keys
        && body is PooledBody pooled && keys.Pieces.TryOpen(head, pooled.Span, destination);

    public void Dispose()
    {
        foreach (var transfer in _requested.Keys) Forget(transfer);
        foreach (var transfer in _served.Keys) Forget(transfer);
    }

    private SessionKeys? KeysOf(TransferId transfer, SessionEnd self) => self == SessionEnd.Holder
        ? _served.GetValueOrDefault(transfer)?.Keys
        : _requested.GetValueOrDefault(transfer)?.Keys;

    private sealed record Served(SealedSession Session, byte[] Offer, byte[] Answer, SessionKeys Keys);

    private sealed class Requested(SealedSession session, byte[] offer, ECDiffieHellman ephemeral)
    {
        public SealedSession Session { get; } = session;
        public byte[] Offer { get; } = offer;

        /// <summary>Null once it has done its work or was wiped.</summary>
        public ECDiffieHellman? Ephemeral { get; private set; } = ephemeral;
        public SessionKeys? Keys { get; private set; }
        public byte[]? Answer { get; private set; }

        public void Keep(SessionKeys keys, byte[] answer)
        {
            Ephemeral?.Dispose();
            (Ephemeral, Keys, Answer) = (null, keys, answer);
        }

        public void Wipe()
        {
            lock (this)
            {
                Ephemeral?.Dispose();
                Keys?.Dispose();
                Ephemeral = null;
            }
        }
    }
}
