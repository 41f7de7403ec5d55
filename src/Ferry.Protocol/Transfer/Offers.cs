using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// What is pushed: by this node to others, and by others to this node. What is accepted of the latter is a download.
/// </summary>
internal sealed class Offers
{
    private readonly MadeOffers _made;
    private readonly HeardOffers _heard;
    private readonly Downloads _downloads;

    public Offers(
        EngineOptions options, ISealKeyRing seals, SeededRandom random, Deadlines deadlines, PathFinder pathTo,
        Downloads downloads)
    {
        var words = new OfferWords(seals);
        _made = new MadeOffers(options, words, random, deadlines, pathTo);
        _heard = new HeardOffers(options, words, deadlines);
        _downloads = downloads;
    }

    /// <summary>Of each kind in the order in which they came.</summary>
    public IReadOnlyList<OfferEntry> All => [.. _made.All, .. _heard.All];

    /// <summary>After the downloads: what was accepted and is none of them is fetched from here on.</summary>
    public void Recover(Instant now, RecoveredState recovered, Outbox outbox)
    {
        var fetched = recovered.Downloads.Select(download => download.Manifest.Id).ToHashSet();
        foreach (var offer in recovered.Offers)
        {
            if (offer.Entry.Key.IsOwn) _made.Recover(now, offer, outbox);
            else _heard.Recover(now, offer, outbox);
        }
        foreach (var entry in _heard.All.Where(entry => entry.State == OfferState.Accepted).ToList())
            if (fetched.Add(entry.Content)) _downloads.Start(now, StartOf(entry), outbox);
    }

    /// <summary>Something is offered to the node: it may fetch that.</summary>
    public bool IsFor(NodeId node) => _made.IsFor(node);

    public void OnUser(Input input, Outbox outbox)
    {
        switch (input)
        {
            case Input.MakeOffer { Entry: var entry }:
                _made.Make(entry with { Name = SendableName.Of(entry.Name, WireLimits.OfferNameBytesMax) }, outbox);
                break;
            case Input.AnswerOffer answer:
                _heard.Answer(answer.Key, answer.Accepts, answer.OutputPath, answer.Overwrites, outbox);
                break;
            case Input.WithdrawOffer withdraw:
                _made.Withdraw(withdraw.Key, outbox);
                break;
        }
    }

    /// <param name="isStranger">No member of the network, and not known to the user.</param>
    public void OnOffer(Instant now, Offer said, bool isStranger, Outbox outbox)
    {
        // Of what is being fetched it says where it is to be had.
        if (_heard.OnOffer(now, said, isStranger, outbox) is { } entry)
            _downloads.OnHolder(now, entry.Content, HolderOf(entry), outbox);
    }

    public void OnAnswer(Instant now, OfferAnswer answer, Outbox outbox) => _made.OnAnswer(now, answer, outbox);

    /// <summary>False when the result is neither a download's nor an offer's.</summary>
    public bool OnStored(Instant now, StorageResult result, Outbox outbox)
    {
        var isDownloads = _downloads.OnStored(now, result, outbox);
        switch (result)
        {
            case StorageResult.DownloadFinished finished:
                _heard.OnEnded(finished.Content, isWhole: true, outbox);
                return true;
            case StorageResult.DownloadAbandoned gone:
                _heard.OnEnded(gone.Content, isWhole: false, outbox);
                return true;
            case StorageResult.OfferKept { Entry: { Key.IsOwn: true } made }:
                _made.OnKept(now, made, outbox);
                return true;
            case StorageResult.OfferKept { Entry: var heard }:
                OnKept(now, heard, outbox);
                return true;
            case StorageResult.OfferNotKept { Entry: { Key.IsOwn: true } made } failed:
                _made.OnNotKept(now, made, failed.Reason, outbox);
                return true;
            case StorageResult.OfferNotKept failed:
                _heard.OnNotKept(failed.Entry, failed.Reason, outbox);
                return true;
            default:
                return isDownloads;
        }
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox) => _made.OnRouteFound(now, node, outbox);

    public void OnDue(Instant now, Deadline due, Outbox outbox)
    {
        if (due.Owner is MadeOffer made) _made.OnDue(now, made, due.Timer, outbox);
        else if (due.Owner is HeardOffer heard) _heard.OnDue(heard, outbox);
    }

    private void OnKept(Instant now, OfferEntry entry, Outbox outbox)
    {
        if (_heard.OnKept(now, entry, outbox) is not { } fetched) return;
        // Its sender has taken it back, or its user has just accepted it.
        if (fetched.IsOver) _downloads.Cancel(now, fetched.Content, outbox);
        else _downloads.Start(now, StartOf(fetched), outbox);
    }

    private static Input.StartDownload StartOf(OfferEntry entry) => new(
        entry.Content, entry.Name, entry.Size, [HolderOf(entry)], entry.Path)
    {
        Traits = entry.Traits, SizeMax = entry.Size, Overwrites = entry.Overwrites, IsPrivate = true,
    };

    private static KnownHolder HolderOf(OfferEntry entry)
    {
        var count = ChunkLayout.For(entry.Size).ChunkCount;
        ChunkRange[] held = count == 0 ? [] : [new ChunkRange(0, count)];
        return new KnownHolder(entry.Key.Peer, held) { Size = entry.Size };
    }
}
