using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>An offer of another node.</summary>
internal sealed class HeardOffer(OfferEntry entry, bool isStrangers, Deadlines deadlines)
{
    public OfferEntry Entry { get; set; } = entry;
    public bool IsStrangers { get; } = isStrangers;

    /// <summary>The log has it as it is now: only that is said.</summary>
    public bool IsKept { get; set; }

    /// <summary>It was accepted.</summary>
    public bool IsFetched { get; set; } = entry.State == OfferState.Accepted;

    /// <summary>The log did not take it as it is now.</summary>
    public bool IsRefusedByDisk { get; set; }
    public Deadline GivenUp => field ??= deadlines.New(this, CoreTimer.OfferGivenUp);
}

/// <summary>
/// What others would send to this node. Each waits in the log for the user's word; what is accepted is an ordinary
/// download whose first holder is the sender. How it stands is said when that changes, and whenever the sender asks.
/// Few wait for one sender, and few of strangers, of which an open node may meet any number. docs/protocol.md §6.7.
/// </summary>
internal sealed class HeardOffers(EngineOptions options, OfferWords words, Deadlines deadlines)
{
    public const int OfNodeMax = 32;
    public const int OfStrangersMax = 64;
    public const int Max = 512;

    /// <summary>Over, and remembered: a sender that did not hear so asks again.</summary>
    public const int OverMax = 1024;

    /// <summary>Of an open node.</summary>
    public static readonly BucketSize NewOfStrangers = new(Burst: OfStrangersMax, PerSecond: 0.1);

    /// <summary>Each shows on a screen, once: of a node that is refused and offers anew, too.</summary>
    private readonly TokenBucket _new = new(new BucketSize(Burst: Max, PerSecond: 1));
    private readonly TokenBucket _newOfStrangers = new(NewOfStrangers);

    private readonly Dictionary<OfferKey, HeardOffer> _all = [];
    private readonly Queue<OfferKey> _over = [];

    public IEnumerable<OfferEntry> All => _all.Values.Select(heard => heard.Entry);

    public void Recover(Instant now, RecoveredOffer recovered, Outbox outbox)
    {
        var heard = new HeardOffer(recovered.Entry, isStrangers: false, deadlines) { IsKept = true };
        _all[recovered.Entry.Key] = heard;
        if (recovered.Entry.IsOver) End(heard, outbox);
        else heard.GivenUp.Arm(Instant.Max(now + options.Retention - recovered.Age, now + options.RetentionGrace));
    }

    /// <summary>What is fetched of it: to be started when it is not, and its sender is a holder.</summary>
    /// <param name="isStranger">No member of the network, and not known to the user.</param>
    public OfferEntry? OnOffer(Instant now, Offer said, bool isStranger, Outbox outbox)
    {
        var key = new OfferKey(said.Envelope.Source, said.Transfer, IsOwn: false);
        if (!_all.TryGetValue(key, out var heard))
        {
            if (!said.IsWithdrawn && said.Name.Length > 0) Take(now, key, said, isStranger, outbox);
            return null;
        }
        if (heard.Entry.Content != said.Content || !words.IsProven(said)) return null;
        if (!heard.IsKept)
        {
            if (heard.IsRefusedByDisk) Become(heard, heard.Entry, outbox);
            return null;
        }
        if (said.IsWithdrawn)
        {
            if (!heard.Entry.IsOver) Become(heard, heard.Entry with { State = OfferState.Withdrawn }, outbox);
            return null;
        }
        if (!heard.Entry.IsOver) heard.GivenUp.Arm(now + options.Retention);
        outbox.Route(words.Answer(heard.Entry));
        return heard.Entry.State == OfferState.Accepted ? heard.Entry : null;
    }

    public void Answer(OfferKey key, bool accepts, string? path, bool overwrites, Outbox outbox)
    {
        if (!_all.TryGetValue(key, out var heard) || heard.Entry.State != OfferState.Waiting || !heard.IsKept)
        {
            outbox.Tell(new Notice.OfferFailed(key, "the offer waits for no answer any more: see 'transfers'"));
            return;
        }
        var state = accepts ? OfferState.Accepted : OfferState.Refused;
        Become(heard, heard.Entry with { State = state, Path = path, Overwrites = overwrites }, outbox);
    }

    /// <summary>
    /// It is in the log as it is now. Not null when it is to be fetched from here on, or, when it is over, no more.
    /// </summary>
    public OfferEntry? OnKept(Instant now, OfferEntry entry, Outbox outbox)
    {
        if (!_all.TryGetValue(entry.Key, out var heard) || heard.Entry.State != entry.State) return null;
        (heard.Entry, heard.IsKept) = (entry, true);
        outbox.Tell(new Notice.OfferChanged(entry));
        if (entry.State != OfferState.Withdrawn) outbox.Route(words.Answer(entry));
        if (entry.IsOver) End(heard, outbox);
        else heard.GivenUp.Arm(now + options.Retention);
        if (entry.State == OfferState.Accepted) heard.IsFetched = true;
        return heard.IsFetched && entry.State is OfferState.Accepted or OfferState.Withdrawn ? entry : null;
    }

    /// <summary>
    /// A new one is forgotten: its sender offers it again. The user's word is asked for again. All else is tried again
    /// when the sender asks, and the sender is told nothing until then.
    /// </summary>
    public void OnNotKept(OfferEntry entry, string reason, Outbox outbox)
    {
        if (!_all.TryGetValue(entry.Key, out var heard)) return;
        if (entry.State == OfferState.Waiting) _all.Remove(entry.Key);
        else if (entry.State is OfferState.Accepted or OfferState.Refused)
            (heard.Entry, heard.IsKept) = (entry with { State = OfferState.Waiting }, true);
        else heard.IsRefusedByDisk = true;
        outbox.Tell(new Notice.OfferFailed(entry.Key, reason));
    }

    /// <summary>The download of the content has ended.</summary>
    public void OnEnded(ContentId content, bool isWhole, Outbox outbox)
    {
        var accepted = _all.Values.Where(
            heard => heard.Entry.State == OfferState.Accepted && heard.Entry.Content == content).ToList();
        var state = isWhole ? OfferState.Arrived : OfferState.Cancelled;
        foreach (var heard in accepted) Become(heard, heard.Entry with { State = state }, outbox);
    }

    /// <summary>Nothing was heard of the sender for days.</summary>
    public void OnDue(HeardOffer heard, Outbox outbox)
    {
        // What is fetched ends as downloads do.
        if (heard.Entry.State == OfferState.Waiting)
            Become(heard, heard.Entry with { State = OfferState.Withdrawn }, outbox);
    }

    private void Take(Instant now, OfferKey key, Offer said, bool isStranger, Outbox outbox)
    {
        var pending = _all.Values.Where(heard => !heard.Entry.IsOver).ToList();
        if (pending.Count >= Max || pending.Count(heard => heard.Entry.Key.Peer == key.Peer) >= OfNodeMax) return;
        if (isStranger && pending.Count(heard => heard.IsStrangers) >= OfStrangersMax) return;
        if (!words.IsProven(said) || !(isStranger ? _newOfStrangers : _new).TryTake(now)) return;
        var entry = new OfferEntry(
            key, said.Content, said.Name, said.Size, said.IsFolder, said.Traits, OfferState.Waiting);
        _all[key] = new HeardOffer(entry, isStranger, deadlines);
        outbox.Store(new StorageRequest.KeepOffer(entry));
    }

    private static void Become(HeardOffer heard, OfferEntry entry, Outbox outbox)
    {
        (heard.Entry, heard.IsKept, heard.IsRefusedByDisk) = (entry with { At = 0 }, false, false);
        outbox.Store(new StorageRequest.KeepOffer(heard.Entry));
    }

    private void End(HeardOffer heard, Outbox outbox)
    {
        heard.GivenUp.Disarm();
        _over.Enqueue(heard.Entry.Key);
        if (_over.Count <= OverMax) return;
        var oldest = _over.Dequeue();
        _all.Remove(oldest);
        outbox.Store(new StorageRequest.ForgetOffer(oldest));
    }
}
