using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// What two nodes say about an offer is signed by the node whose word it is: members may write in each other's name,
/// and whoever takes from a node at once, or believes that something has arrived, must know from whom. The signature
/// binds both nodes and all that is said.
/// </summary>
internal sealed class OfferWords(ISealKeyRing seals)
{
    /// <summary>Other words about transfers have smaller numbers (<see cref="FinalWords"/>).</summary>
    private const byte OfferWord = 0x40;
    private const byte AnswerWord = 0x41;
    private const int SaidBytesMax = WireLimits.OfferNameBytesMax + 256;

    public Offer Offer(OfferEntry entry)
    {
        var said = new Offer(
            Envelope.To(entry.Key.Peer), entry.Key.Offer, entry.Content, entry.Name, entry.Size, default)
        {
            Traits = entry.Traits, IsFolder = entry.IsFolder, IsWithdrawn = entry.State == OfferState.Withdrawn,
        };
        return said with { Proof = seals.Sign(said.Transfer, DigestOf(said), entry.Key.Peer, OfferWord) };
    }

    public OfferAnswer Answer(OfferEntry entry)
    {
        var said = new OfferAnswer(
            Envelope.To(entry.Key.Peer), entry.Key.Offer, entry.Content, entry.State, entry.At, default);
        return said with { Proof = seals.Sign(said.Transfer, DigestOf(said), entry.Key.Peer, AnswerWord) };
    }

    public bool IsProven(Offer said) => IsSigned(said, OfferWord);
    public bool IsProven(OfferAnswer said) => IsSigned(said, AnswerWord);

    private bool IsSigned(SessionWord said, byte word) =>
        seals.IsSigned(said.Transfer, DigestOf(said), said.Envelope.Source, word, said.Proof.Span);

    /// <summary>Stands in the place of a content's id in the signature, which is as long.</summary>
    private static ContentId DigestOf(SessionWord word)
    {
        Span<byte> said = stackalloc byte[SaidBytesMax];
        var writer = new WireWriter(said);
        word.WriteSaid(ref writer);
        Span<byte> digest = stackalloc byte[Bytes32.Length];
        SHA256.HashData(said[..writer.Written], digest);
        return new ContentId(Bytes32.From(digest));
    }
}
