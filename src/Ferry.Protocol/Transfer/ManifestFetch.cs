using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Gets the leaves of a manifest from one holder, in order, a few requests ahead. Nothing of it is believed before all of
/// it hashes to the content id; a holder that fails is replaced and the fetch starts over, so that one liar cannot mix its
/// leaves with another's.
/// </summary>
internal sealed class ManifestFetch(ContentId content, NodeId holder)
{
    private const int Ahead = 4;
    private byte[]? _leaves;
    private long _size;
    private int _filled;
    private int _asked;

    public NodeId Holder { get; } = holder;

    public void Start(Outbox outbox) => Ask(0, outbox);

    /// <summary>Null while more is to come; then the manifest, or that this holder's is no good.</summary>
    public ManifestOutcome? OnPart(ManifestPart part, Outbox outbox)
    {
        if (part.Envelope.Source != Holder) return null;
        if (part.Size < 0) return new ManifestOutcome(null);
        var leavesBytes = ChunkLayout.For(part.Size).ChunkCount * Bytes32.Length;
        if (_leaves is null) (_leaves, _size) = (new byte[leavesBytes], part.Size);
        if (part.Size != _size || part.Leaves.Length > leavesBytes - _filled) return new ManifestOutcome(null);
        if (part.First != _filled / Bytes32.Length) return null; // An answer to a request that was repeated.
        part.Leaves.Span.CopyTo(_leaves.AsSpan(_filled));
        _filled += part.Leaves.Length;
        if (_filled == leavesBytes) return new ManifestOutcome(Manifest.TryCreate(content, _size, _leaves));
        if (part.Leaves.Length == 0) return new ManifestOutcome(null);
        for (var ahead = 0; ahead < Ahead && _asked * Bytes32.Length < leavesBytes; ahead++) Ask(_asked, outbox);
        return null;
    }

    private void Ask(int first, Outbox outbox)
    {
        outbox.Mail(new ManifestRequest(Envelope.To(Holder), content, first));
        _asked = first + WireLimits.LeavesPerPartMax;
    }
}

/// <param name="Manifest">Null when the holder's answer is of no use.</param>
internal sealed record ManifestOutcome(Manifest? Manifest);
