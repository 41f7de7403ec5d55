using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Gets the leaves of a manifest from the nearest holder, in order, a few requests ahead. Nothing of it is believed
/// before all of it hashes to the content id; a holder that fails is replaced and the fetch starts over, so that one
/// liar cannot mix its leaves with another's. Where a holder's manifest is long the others are asked for its size, and
/// whoever says the smallest is asked for leaves: a liar costs no more of them than the true manifest has. Where one is
/// silent they are asked, too, and whoever answers takes its place: many that are silent cost no more than one.
/// </summary>
internal sealed class ManifestFetch(ContentId content, Holders holders, Deadline stalled, long? sizeMax)
    : DownloadStage
{
    private const int Ahead = 4;

    /// <summary>No leaf, or the very last: the answer is short and tells the size.</summary>
    private const int SizeOnly = ChunkLayout.ChunkCountMax - 1;

    /// <summary>More each time, so that an answer over a long way is waited for in the end.</summary>
    private static readonly Backoff Patience = new(TimeSpan.FromSeconds(1), Max: TimeSpan.FromSeconds(3));

    private long? _sizeMax = sizeMax;
    private NodeId? _holder;
    private byte[] _leaves = [];
    private long _size;
    private long? _promised;

    /// <summary>The others have been asked, and the first that answers is to give the leaves.</summary>
    private bool _isOpenToOthers;
    private int _filled;
    private int _asked;
    private int _stalls;

    public override TransferState State => _holder is null ? TransferState.Searching : TransferState.Starting;

    /// <summary>The answer of the last known holder was of no use, and no other is known.</summary>
    public bool IsDeserted { get; private set; }

    /// <summary>Why the last holder of another size than it told, or than the user chose, is not asked.</summary>
    public string? WhyStruck { get; private set; }

    /// <summary>The user chose the content again; null when by its id.</summary>
    public void AllowSize(long? sizeMax) =>
        _sizeMax = _sizeMax is { } before && sizeMax is { } now ? Math.Max(before, now) : null;

    /// <summary>A holder has become known or reachable: does nothing while one is being asked with success.</summary>
    public void OnHolder(Instant now, NodeId holder, Outbox outbox)
    {
        if (_holder is null || (_holder == holder && _filled == 0)) Start(now, outbox);
    }

    /// <summary>The manifest, once all of it is there and true.</summary>
    public Manifest? OnPart(Instant now, ManifestPart part, Outbox outbox)
    {
        if (_holder is not { } holder) return null;
        if (part.Envelope.Source != holder)
        {
            OnOther(now, part, outbox);
            return null;
        }
        if (part.Size >= 0 && Doubt(holder, part.Size) is { } why) return Strike(now, holder, why, outbox);
        var leavesBytes = part.Size < 0 ? 0 : ChunkLayout.For(part.Size).ChunkCount * Bytes32.Length;
        if (_filled == 0) _size = _promised ?? part.Size;
        if (part.First != _filled / Bytes32.Length) return null; // An answer to a request that was repeated.
        var useless = part.Size < 0 || part.Size != _size || (part.Leaves.Length == 0 && leavesBytes > 0);
        if (useless || part.Leaves.Length > leavesBytes - _filled) return Leave(now, outbox);
        if (_filled == 0 && part.Leaves.Length < leavesBytes) AskForSizes(holder, outbox);
        Take(part.Leaves.Span, leavesBytes);
        if (_filled == leavesBytes)
        {
            if (Manifest.TryCreate(content, _size, _leaves) is not { } manifest) return Leave(now, outbox);
            holders.OnManifest(holder);
            return manifest;
        }
        for (var ahead = 0; ahead < Ahead && _asked * Bytes32.Length < leavesBytes; ahead++)
            Ask(now, holder, outbox);
        return null;
    }

    private void AskForSizes(NodeId but, Outbox outbox)
    {
        foreach (var other in holders.Nearest.Where(other => other != but))
            outbox.Route(new ManifestRequest(Envelope.To(other), content, SizeOnly));
    }

    /// <summary>It is held to the size that it says here.</summary>
    private void OnOther(Instant now, ManifestPart part, Outbox outbox)
    {
        var other = part.Envelope.Source;
        var isWanted = _filled == 0 ? _isOpenToOthers : part.Size < _size;
        if (!isWanted || part.Size < 0 || !holders.Knows(other)) return;
        if (Doubt(other, part.Size) is not null) return;
        Begin(now, other, outbox);
        _promised = part.Size;
    }

    /// <summary>Memory grows with what has come, not with the size that somebody says.</summary>
    private void Take(ReadOnlySpan<byte> leaves, int leavesBytes)
    {
        if (_leaves.Length < _filled + leaves.Length)
            Array.Resize(ref _leaves, Math.Min(leavesBytes, Math.Max(2 * _leaves.Length, _filled + leaves.Length)));
        leaves.CopyTo(_leaves.AsSpan(_filled));
        _filled += leaves.Length;
        _stalls = 0;
    }

    /// <summary>The holder did not answer in time: the others first.</summary>
    public void OnStalled(Instant now, Outbox outbox)
    {
        _stalls++;
        if (_holder is { } silent) holders.PutBack(silent);
        Start(now, outbox);
        if (_holder is not { } next) return;
        AskForSizes(next, outbox);
        _isOpenToOthers = true;
    }

    /// <summary>
    /// The holder's answer was of no use. If the only holder were kept, it would be asked again as fast as it answers;
    /// so a search must find it again first, and searches back off.
    /// </summary>
    private Manifest? Leave(Instant now, Outbox outbox)
    {
        if (_holder is { } liar) holders.Remove(liar);
        Start(now, outbox);
        IsDeserted = _holder is null;
        return null;
    }

    /// <summary>
    /// Disk is reserved by the manifest's size, so it has to be the one on which the user decided. A content has one
    /// size: who tells two lies, whatever others say.
    /// </summary>
    private string? Doubt(NodeId holder, long size)
    {
        if (holders.SizeAt(holder) is { } told && told != size)
            return $"node {holder.Short} offered {told} bytes and would send {size}";
        return size > _sizeMax ? $"node {holder.Short} would send {size} bytes, and {_sizeMax} were chosen" : null;
    }

    private Manifest? Strike(Instant now, NodeId holder, string why, Outbox outbox)
    {
        WhyStruck = $"{why}; waiting for another holder";
        holders.Strike(now, holder, reason: null);
        Start(now, outbox);
        return null;
    }

    /// <summary>Asks the nearest holder, from the start.</summary>
    public void Start(Instant now, Outbox outbox)
    {
        _holder = null;
        stalled.Disarm();
        if (holders.Nearest is [var nearest, ..]) Begin(now, nearest, outbox);
    }

    private void Begin(Instant now, NodeId holder, Outbox outbox)
    {
        (_holder, _leaves, _filled, _asked, _promised) = (holder, [], 0, 0, null);
        _isOpenToOthers = false;
        Ask(now, holder, outbox);
    }

    private void Ask(Instant now, NodeId holder, Outbox outbox)
    {
        outbox.Route(new ManifestRequest(Envelope.To(holder), content, _asked));
        _asked += WireLimits.LeavesPerPartMax;
        stalled.Arm(now + Patience.After(_stalls));
    }
}
