using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Key agreement from holder to requester, and the keys it ends in. The core carries offers and answers as opaque bytes
/// and never sees a key; the simulation has an implementation without cryptography. Every call is cheap (under a
/// millisecond).
/// </summary>
public interface ISealKeyRing
{
    /// <summary>
    /// Requester: makes an ephemeral key for the transfer and signs it for this content and holder.
    /// </summary>
    byte[] Offer(TransferId transfer, ContentId content, NodeId holder);

    /// <summary>
    /// Holder: checks the requester's offer and makes the session's key. Null when the offer is not valid.
    /// </summary>
    byte[]? Answer(TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer);

    /// <summary>
    /// Requester: checks the holder's answer and makes the session's key. False when it is not valid.
    /// </summary>
    bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer);

    /// <summary>
    /// Authenticates what this node, as that end of the session, says to the other one: 16 bytes, or none when the
    /// session has no key here.
    /// </summary>
    byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said);

    /// <summary>The other end, the speaker, has said it in this session.</summary>
    bool IsTag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag);

    /// <summary>Signs a word of this node to another one about a transfer of a content.</summary>
    byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word);

    /// <summary>It is that node's word to this one.</summary>
    bool IsSigned(TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof);

    /// <summary>Wipes the keys of a transfer.</summary>
    void Forget(TransferId transfer);
}
