using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Storage.Store;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>
/// The rooms of two nodes and their stores, in virtual time: what one says the other hears, and what is accepted is
/// fetched at once. What they do is cut into steps, and at any of them one of the nodes may lose all that is not on its
/// disk.
/// </summary>
internal sealed class OfferStage : IDisposable
{
    public static readonly NodeId SenderId = Some.Node(1);
    public static readonly NodeId ReceiverId = Some.Node(2);

    /// <summary>Nothing has to be sent of it.</summary>
    private static readonly Manifest File = Manifest.Create(0, default);

    public OfferSide Sender { get; } = new(SenderId);
    public OfferSide Receiver { get; } = new(ReceiverId);

    /// <summary>What the receiver's user says; null for nothing.</summary>
    public bool? Accepts { get; set; } = true;
    public Func<RoutedMessage, bool> Loses { get; set; } = _ => false;
    public int CrashAt { get; init; }

    /// <summary>The sender is the one that dies.</summary>
    public bool Crashes { get; init; }
    public int Steps { get; private set; }
    public double Now { get; private set; }

    public static Offer Said(int offer) => new(
        Some.From(SenderId, ReceiverId), Some.Transfer(offer), File.Id, "song.flac", 0, new byte[] { 3 });

    public void Offer()
    {
        var key = new OfferKey(ReceiverId, Some.Transfer(1), IsOwn: true);
        var entry = new OfferEntry(key, File.Id, "song.flac", 0, IsFolder: false, default, OfferState.Made);
        Sender.Room.OnUser(new Input.MakeOffer(entry), Sender.Outbox);
    }

    public void Run(double until)
    {
        while (true)
        {
            while (Step(Sender, Receiver) || Step(Receiver, Sender))
            {
                // A user whose node forgot it offers it again.
                if (Sender.Restarted && Sender.Room.All.Count == 0) Offer();
                Sender.Restarted = false;
            }
            var next = Math.Min(Sender.Next, Receiver.Next);
            if (next > until) return;
            Now = Math.Max(Now, next);
            Sender.RunDeadlines(Now);
            Receiver.RunDeadlines(Now);
        }
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }

    private bool Step(OfferSide side, OfferSide other)
    {
        if (!side.TryTake(out var effect, out var message)) return false;
        if (++Steps == CrashAt)
        {
            var victim = Crashes ? Sender : Receiver;
            victim.Restart(Now);
            (victim == Sender ? Receiver : Sender).OnPeerBack(Now);
            if (victim == side) return true;
        }
        if (message is not null && !Loses(message)) other.Hear(Now, side.Id, message);
        if (effect is Effect.Store store) side.Store(Now, store.Request);
        if (effect is Effect.Tell { Notice: Notice.OfferChanged { Entry: { State: OfferState.Waiting } waits } }
            && !waits.Key.IsOwn && Accepts is { } accepts)
            side.Room.OnUser(new Input.AnswerOffer(waits.Key, accepts), side.Outbox);
        return true;
    }
}

internal sealed class OfferSide : IDisposable
{
    private readonly StoreStage _store = new();
    private readonly List<OfferState> _told = [];
    private Deadlines _deadlines = new();
    private Queue<Effect> _effects = [];
    private Downloads _downloads;

    public OfferSide(NodeId id)
    {
        Id = id;
        (Room, _downloads) = NewRooms();
    }

    public NodeId Id { get; }
    public Offers Room { get; private set; }
    public Outbox Outbox { get; private set; } = new();
    public bool Restarted { get; set; }
    public IReadOnlyList<OfferState> Told => _told;
    public IEnumerable<OfferState> States => Room.All.Select(entry => entry.State);
    public IReadOnlyList<string> Files => _store.Memory.List("/downloads");

    public double Next
    {
        get
        {
            var next = _deadlines.Next;
            return next == Instant.Never ? double.PositiveInfinity : next.Microseconds / 1_000_000.0;
        }
    }

    public bool TryTake(out Effect? effect, out RoutedMessage? message)
    {
        foreach (var made in Outbox.Effects) _effects.Enqueue(made);
        Outbox.Clear();
        message = null;
        if (_effects.TryDequeue(out effect))
        {
            if (effect is Effect.Tell { Notice: Notice.OfferChanged changed }) _told.Add(changed.Entry.State);
            return true;
        }
        return Outbox.Routed.TryDequeue(out message);
    }

    public void Hear(double now, NodeId from, RoutedMessage message)
    {
        switch (message with { Envelope = message.Envelope with { Source = from } })
        {
            case Offer offer: Room.OnOffer(Some.At(now), offer, isStranger: false, Outbox); break;
            case OfferAnswer answer: Room.OnAnswer(Some.At(now), answer, Outbox); break;
            case ManifestRequest request:
                Outbox.Route(new ManifestPart(Envelope.To(from), request.Content, 0, 0, default));
                break;
            case ManifestPart part: _downloads.OnManifestPart(Some.At(now), part, Outbox); break;
        }
    }

    public void Store(double now, StorageRequest request)
    {
        foreach (var result in _store.Do(request)) Room.OnStored(Some.At(now), result, Outbox);
    }

    /// <summary>All that is not on the disk is gone.</summary>
    public void Restart(double now)
    {
        _store.Reopen();
        (_deadlines, _effects, Outbox, Restarted) = (new Deadlines(), [], new Outbox(), true);
        (Room, _downloads) = NewRooms();
        var recovered = _store.Store.Recovered;
        _downloads.Recover(Some.At(now), recovered.Downloads, Outbox);
        Room.Recover(Some.At(now), recovered, Outbox);
        // As the program's desk of offers does.
        foreach (var entry in Room.All.Where(entry => entry is { Key.IsOwn: false, State: OfferState.Waiting }))
            Outbox.Tell(new Notice.OfferChanged(entry));
    }

    /// <summary>A route to the other node has come up.</summary>
    public void OnPeerBack(double now)
    {
        foreach (var peer in Room.All.Select(entry => entry.Key.Peer).Distinct())
            Room.OnRouteFound(Some.At(now), peer, Outbox);
    }

    public void RunDeadlines(double now) => _deadlines.Run(Some.At(now), due =>
    {
        if (due.Owner is Download download) _downloads.OnDue(Some.At(now), download, due.Timer, Outbox);
        else Room.OnDue(Some.At(now), due, Outbox);
    });

    public void Dispose() => _store.Dispose();

    private (Offers Room, Downloads Downloads) NewRooms()
    {
        static NodePath? PathTo(NodeId node) => new(node, 1, 1, "tcp");
        var (options, seals) = (Some.Options(Id), new PlainSeals());
        var context = new DownloadContext(
            options, seals, new PlainNetwork(), Some.Chance(1), _deadlines, Some.Ids, PathTo);
        var downloads = new Downloads(context);
        return (new Offers(options, seals, new SeededRandom(1), _deadlines, PathTo, downloads), downloads);
    }
}
