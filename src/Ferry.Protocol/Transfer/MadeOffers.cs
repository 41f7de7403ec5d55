using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>An offer of this node, while it is not over.</summary>
internal sealed class MadeOffer(OfferEntry entry, Deadlines deadlines)
{
    public OfferEntry Entry { get; set; } = entry;
    public Deadline Again => field ??= deadlines.New(this, CoreTimer.OfferAgain);
    public Deadline GivenUp => field ??= deadlines.New(this, CoreTimer.OfferGivenUp);
    public int Times { get; set; }
    public Instant MayAskFrom { get; set; }
}

/// <summary>
/// What this node would send. An offer is said when it is in the log, and again, at growing intervals and whenever a
/// route to the receiver appears, until the receiver says that it is over: so it waits for a receiver that is away, or
/// whose user is, and an answer that was lost is given again. docs/protocol.md §6.7.
/// </summary>
internal sealed class MadeOffers(
    EngineOptions options, OfferWords words, SeededRandom random, Deadlines deadlines, PathFinder pathTo)
{
    public const int Max = 1024;

    /// <summary>Over, and remembered for their user and for receivers that ask late.</summary>
    public const int OverMax = 256;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly Backoff Pace = new(TimeSpan.FromSeconds(20), Max: TimeSpan.FromMinutes(10));

    /// <summary>Each word to a node without a route has the network searched for one.</summary>
    private readonly TokenBucket _searches = new(new BucketSize(Burst: 32, PerSecond: 1));

    private readonly Dictionary<OfferKey, MadeOffer> _all = [];
    private readonly Dictionary<NodeId, List<MadeOffer>> _byPeer = [];
    private readonly Queue<OfferKey> _over = [];

    public IEnumerable<OfferEntry> All => _all.Values.Select(made => made.Entry);

    /// <summary>Something is offered to the node.</summary>
    public bool IsFor(NodeId node) => _byPeer.ContainsKey(node);

    public void Recover(Instant now, RecoveredOffer recovered, Outbox outbox)
    {
        var made = Add(recovered.Entry);
        if (made.Entry.IsOver)
        {
            End(made, outbox);
            return;
        }
        made.Again.Arm(now);
        made.GivenUp.Arm(Instant.Max(now + options.Retention - recovered.Age, now + options.RetentionGrace));
    }

    public void Make(OfferEntry entry, Outbox outbox)
    {
        if (_all.ContainsKey(entry.Key)) return;
        if (_all.Count - _over.Count >= Max)
        {
            outbox.Tell(new Notice.OfferFailed(entry.Key, $"{Max} offers wait already: cancel some of them first"));
            return;
        }
        Add(entry);
        outbox.Store(new StorageRequest.KeepOffer(entry));
    }

    /// <summary>It is in the log as it is now.</summary>
    public void OnKept(Instant now, OfferEntry entry, Outbox outbox)
    {
        if (!_all.TryGetValue(entry.Key, out var made) || made.Entry.State != entry.State) return;
        made.Entry = entry;
        outbox.Tell(new Notice.OfferChanged(entry));
        if (entry.State == OfferState.Withdrawn) outbox.Route(words.Offer(entry));
        if (entry.IsOver) End(made, outbox);
        else if (entry.State == OfferState.Made)
        {
            made.GivenUp.Arm(now + options.Retention);
            Say(now, made, outbox);
        }
    }

    /// <summary>One that was not even begun is none; what its receiver said is asked for again.</summary>
    public void OnNotKept(Instant now, OfferEntry entry, string reason, Outbox outbox)
    {
        if (!_all.TryGetValue(entry.Key, out var made)) return;
        if (entry.State == OfferState.Made) Remove(made);
        else
        {
            made.Entry = entry with { State = OfferState.Made };
            made.Again.ArmIfIdle(now + Pace.First);
        }
        outbox.Tell(new Notice.OfferFailed(entry.Key, reason));
    }

    public void Withdraw(OfferKey key, Outbox outbox)
    {
        if (!_all.TryGetValue(key, out var made) || made.Entry.IsOver) return;
        Become(made, OfferState.Withdrawn, at: 0, outbox);
    }

    public void OnAnswer(Instant now, OfferAnswer answer, Outbox outbox)
    {
        var key = new OfferKey(answer.Envelope.Source, answer.Transfer, IsOwn: true);
        if (!_all.TryGetValue(key, out var made) || made.Entry.Content != answer.Content) return;
        if (answer.State is OfferState.Made or OfferState.Withdrawn || !words.IsProven(answer)) return;
        if (made.Entry.IsOver)
        {
            // The receiver has not heard that it was withdrawn.
            if (made.Entry.State == OfferState.Withdrawn && answer.State < OfferState.Refused)
                outbox.Route(words.Offer(made.Entry));
            return;
        }
        made.GivenUp.Arm(now + options.Retention);
        if (answer.State > made.Entry.State) Become(made, answer.State, answer.At, outbox);
    }

    public void OnRouteFound(Instant now, NodeId node, Outbox outbox)
    {
        if (!_byPeer.TryGetValue(node, out var offers)) return;
        foreach (var made in offers) Say(now, made, outbox);
    }

    public void OnDue(Instant now, MadeOffer made, CoreTimer timer, Outbox outbox)
    {
        if (timer == CoreTimer.OfferAgain)
        {
            Say(now, made, outbox);
            return;
        }
        outbox.Tell(new Notice.TransferGivenUp(made.Entry.Name, made.Entry.Key.Peer, options.Retention));
        Become(made, OfferState.Withdrawn, at: 0, outbox);
    }

    /// <summary>At once, unless that was done a moment ago.</summary>
    private void Say(Instant now, MadeOffer made, Outbox outbox)
    {
        if (now < made.MayAskFrom)
        {
            made.Again.Arm(made.MayAskFrom);
            return;
        }
        var isReachable = pathTo(made.Entry.Key.Peer) is not null;
        if (isReachable) made.MayAskFrom = now + AskAgainAfter;
        if (isReachable || _searches.TryTake(now)) outbox.Route(words.Offer(made.Entry));
        made.Again.Arm(now + random.Jitter(Pace.After(made.Times++)));
    }

    private static void Become(MadeOffer made, OfferState state, long at, Outbox outbox)
    {
        made.Entry = made.Entry with { State = state, At = at };
        if (made.Entry.IsOver) made.Again.Disarm();
        outbox.Store(new StorageRequest.KeepOffer(made.Entry));
    }

    private MadeOffer Add(OfferEntry entry)
    {
        var made = _all[entry.Key] = new MadeOffer(entry, deadlines);
        if (!_byPeer.TryGetValue(entry.Key.Peer, out var offers)) _byPeer[entry.Key.Peer] = offers = [];
        offers.Add(made);
        return made;
    }

    private void End(MadeOffer made, Outbox outbox)
    {
        Release(made);
        _over.Enqueue(made.Entry.Key);
        if (_over.Count <= OverMax) return;
        var oldest = _over.Dequeue();
        _all.Remove(oldest);
        outbox.Store(new StorageRequest.ForgetOffer(oldest));
    }

    private void Remove(MadeOffer made)
    {
        Release(made);
        _all.Remove(made.Entry.Key);
    }

    private void Release(MadeOffer made)
    {
        made.Again.Disarm();
        made.GivenUp.Disarm();
        if (!_byPeer.TryGetValue(made.Entry.Key.Peer, out var offers)) return;
        offers.Remove(made);
        if (offers.Count == 0) _byPeer.Remove(made.Entry.Key.Peer);
    }
}
