using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// The lanes of a running download: opens one to each holder, deals chunks to them as their windows allow, ACKs what is
/// durable, and takes chunks back from lanes that do not deliver. docs/protocol.md §6.
/// </summary>
internal sealed class LaneSet(Manifest manifest, ChunkMap durable, DownloadContext context)
{
    public const int LanesMax = 8;

    /// <summary>At most so much of a lane's window is durable and not ACKed: 1/4.</summary>
    private const int AckFraction = 4;
    private static readonly TimeSpan AckWithin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SignOfLifeEvery = TimeSpan.FromSeconds(5);

    /// <summary>A chunk may take so long to become durable, and as long as it takes at this rate, before its lane is
    /// doubted.</summary>
    private static readonly TimeSpan ChunkPatience = TimeSpan.FromSeconds(30);

    /// <summary>The first chunk of a lane, before others are asked for it, too.</summary>
    private static readonly TimeSpan FirstChunkPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LimitWaitMin = TimeSpan.FromMilliseconds(5);
    private const int SlowestRate = 16 * 1024;
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);
    private static readonly Backoff Patience = new(TimeSpan.FromSeconds(5), Max: TimeSpan.FromSeconds(60));

    private readonly SortedDictionary<NodeId, Lane> _lanes = [];
    private readonly OrphanChunks _orphans = new(manifest.Layout);
    private readonly ChunkPicker _picker =
        new(durable, durable.ChunkCount == 0 ? 0 : context.Chance.Random.Next(durable.ChunkCount));

    public IReadOnlyCollection<Lane> All => _lanes.Values;
    public bool IsFull => _lanes.Count >= LanesMax;
    public bool AnyDelivers => _lanes.Values.Any(lane => lane.CanTakeChunks);

    /// <summary>Chunks are left that no lane can give.</summary>
    public bool NeedsHolders =>
        !_picker.AllDealt && _lanes.Values.All(lane =>
            !lane.CanTakeChunks || (lane.Outstanding.Count == 0 && !lane.Limited.IsArmed));

    /// <summary>Something has been asked for, or has come, that is not durable yet.</summary>
    public bool HasOutstanding => _orphans.Bytes > 0 || _lanes.Values.Any(lane => lane.Outstanding.Count > 0);

    public Lane? Find(TransferId transfer) =>
        context.Lanes.TryGetValue(transfer, out var lane) && Of(lane.Holder) == lane ? lane : null;

    public Lane? Of(NodeId holder) => _lanes.GetValueOrDefault(holder);

    /// <summary>Starts a session with a holder, in place of an older one with it.</summary>
    public void Open(Instant now, NodeId holder, ChunkMap held, Outbox outbox)
    {
        var before = Of(holder);
        Close(holder);
        if (IsFull) return;
        var transfer = context.Chance.Ids.NextTransfer();
        var window = new AckWindow(manifest.Layout.ChunkBytes, expectedRate: context.PathTo(holder)?.Rate ?? 1);
        var lane = new Lane(manifest.Id, holder, transfer, held, window, context.Deadlines, context.Seals)
        {
            Strikes = before?.Strikes ?? 0,
            DeadSessions = before is { HasDelivered: false } ? before.DeadSessions + 1 : 0,
            IsDoubted = before is { IsDoubted: true },
        };
        _lanes.Add(holder, lane);
        context.Lanes.Add(transfer, lane);
        Wait(now, lane);
        outbox.Route(RequestOf(lane, [], again: false, context.Seals.Offer(transfer, manifest.Id, holder)));
    }

    public void OnAccept(Instant now, Lane lane)
    {
        lane.IsOpen = true;
        Wait(now, lane);
    }

    /// <summary>The first request that the keys prove opens the session at the holder, also one for nothing.</summary>
    public void Confirm(Lane lane, Outbox outbox)
    {
        if (lane.Outstanding.Count == 0) Request(lane, [], again: false, outbox);
    }

    /// <summary>
    /// Somebody asks in the holder's name and cannot prove it. A holder that has lost the session refuses a request in
    /// it, signed; to one that has it, an empty request is nothing.
    /// </summary>
    public void Probe(Instant now, Lane lane, Outbox outbox)
    {
        if (now < lane.MayProbeFrom) return;
        lane.MayProbeFrom = now + ProbeEvery;
        Request(lane, [], again: false, outbox);
    }

    public void OnReceived(Instant now, Lane lane, int bytes)
    {
        lane.OnReceived(now, bytes);
        lane.IsWaiting = false;
        Wait(now, lane);
        lane.AckDue.ArmIfIdle(now + SignOfLifeEvery);
    }

    /// <summary>The piece goes to storage.</summary>
    public void OnPersisting(Lane lane, FileTransfer piece) =>
        lane.OnPersisting(piece, manifest.Layout.LengthOf(piece.Chunk));

    public void OnDurable(Instant now, int chunk)
    {
        _picker.OnDurable(chunk);
        _orphans.Remove(chunk);
        foreach (var lane in _lanes.Values)
        {
            if (!lane.OnDurable(now, chunk, manifest.Layout.LengthOf(chunk))) continue;
            var due = lane.UnackedBytes * AckFraction >= lane.Window.Bytes(_lanes.Count) || lane.Outstanding.Count == 0;
            lane.AckDue.ArmBy(due ? now : now + AckWithin);
        }
    }

    /// <summary>The chunk must be asked for again, from whoever.</summary>
    public void Return(int chunk)
    {
        foreach (var lane in _lanes.Values) lane.Release(chunk, manifest.Layout.LengthOf(chunk));
        _orphans.Remove(chunk);
        _picker.Return(chunk);
    }

    /// <summary>Storage had no room for what came of the chunk in this session: it is owed again.</summary>
    public void OnDropped(int chunk, TransferId session)
    {
        if (Find(session) is { } lane) lane.OnDropped(chunk);
        if (!_orphans.Contains(chunk, session)) return;
        _orphans.Remove(chunk);
        if (!IsWithLane(chunk)) _picker.Return(chunk);
    }

    public void Close(NodeId holder)
    {
        if (!_lanes.Remove(holder, out var lane)) return;
        ReturnAll(lane);
        lane.AckDue.Disarm();
        lane.Stalled.Disarm();
        lane.Limited.Disarm();
        context.Lanes.Remove(lane.Transfer);
        context.Seals.Forget(lane.Transfer);
    }

    /// <summary>Closes the lane, and has all asked for again that it brought and that is not durable.</summary>
    public void Discard(Lane lane)
    {
        Close(lane.Holder);
        foreach (var chunk in _orphans.TakeOf(lane.Transfer))
            if (!IsWithLane(chunk)) _picker.Return(chunk);
    }

    public void CloseAll()
    {
        foreach (var holder in _lanes.Keys.ToList()) Close(holder);
    }

    /// <summary>The holder is unreachable: other lanes take over what it owes.</summary>
    public void OnUnreachable(Lane lane)
    {
        lane.IsWaiting = true;
        if (_lanes.Values.Any(other => other.CanTakeChunks)) ReturnAll(lane);
    }

    /// <summary>
    /// A route appeared or changed: what was in flight on the old one may be lost, so all that is owed is asked for
    /// again.
    /// </summary>
    public void OnRouteFound(Instant now, Lane lane, Outbox outbox)
    {
        lane.IsWaiting = false;
        Wait(now, lane);
        if (lane.IsOpen) Request(lane, OwedRanges(lane), again: true, outbox);
    }

    /// <summary>
    /// What was in flight over a link to this neighbour is lost. A holder that is that neighbour itself sees the loss
    /// and asks what it still owes; one further away does not, and is told.
    /// </summary>
    public void OnPathLost(Instant now, NodeId neighbour, Outbox outbox)
    {
        foreach (var lane in _lanes.Values)
        {
            if (!lane.IsOpen || lane.Holder == neighbour || context.PathTo(lane.Holder)?.NextHop != neighbour) continue;
            Acknowledge(lane, outbox);
            if (Owed(lane).Any()) OnRouteFound(now, lane, outbox);
        }
    }

    /// <summary>Gives every lane that has room in its window something to do, the fastest first.</summary>
    public void Deal(Instant now, Outbox outbox)
    {
        foreach (var lane in _lanes.Values) lane.IsDoubted |= IsOverdue(now, lane, ChunkPatience);
        var ready = _lanes.Values.Where(lane => lane.CanTakeChunks);
        foreach (var lane in ready.OrderByDescending(lane => lane.Window.Rate))
        {
            var window = WindowOf(lane);
            if (lane.OutstandingBytes > 0 && (window - lane.OutstandingBytes) * AckFraction < window) continue;
            var chunks = new List<int>();
            while (lane.OutstandingBytes < window && MayAsk(now, lane)
                && (_picker.Pick(lane, _lanes.Values) ?? Twice(now, lane)) is { } chunk)
            {
                if (lane.Outstanding.Count == 0) lane.OwesSince = now;
                Ask(now, lane, chunk);
                chunks.Add(chunk);
            }
            if (chunks.Count == 0) continue;
            lane.Stalled.ArmIfIdle(now + PatienceOf(lane));
            for (var rest = chunks; rest.Count > 0;)
            {
                var ranges = ChunkRanges.From(rest, WireLimits.RangesMax);
                Request(lane, ranges, again: false, outbox);
                rest = rest[ranges.Sum(range => range.Count)..];
            }
        }
    }

    /// <summary>Else the limit says when. Not all at that moment, or the first lane would get all of it.</summary>
    private bool MayAsk(Instant now, Lane lane)
    {
        if (context.Limits.IsEmpty || context.PathTo(lane.Holder) is not { } path)
        {
            lane.RateMax = null;
            return true;
        }
        lane.RateMax = context.Limits.Least(path.NextHop, path.Transport) / _lanes.Count;
        if (context.Limits.Wait(now, path.NextHop, path.Transport) is not { } wait) return true;
        lane.Limited.Arm(now + context.Chance.Random.Jitter(wait + LimitWaitMin));
        return false;
    }

    private void Ask(Instant now, Lane lane, int chunk)
    {
        var bytes = manifest.Layout.LengthOf(chunk);
        lane.Ask(chunk, bytes);
        if (context.PathTo(lane.Holder) is { } path) context.Limits.Take(now, path.NextHop, path.Transport, bytes);
    }

    /// <summary>
    /// One chunk at a time for a lane that does not deliver; two for one that, beside others, has yet to show that it
    /// does: so many false holders keep little.
    /// </summary>
    private long WindowOf(Lane lane)
    {
        if (lane.IsDoubted) return 1;
        if (!lane.HasDelivered && _lanes.Count > 1) return 2L * manifest.Layout.ChunkBytes;
        return lane.Window.Bytes(_lanes.Count) - _orphans.Bytes;
    }

    /// <summary>
    /// It has delivered nothing for long: asks for what it owes again. False for one that is to be opened anew. A lane
    /// that has brought all it was asked for owes nothing, however long the disk takes.
    /// </summary>
    public bool OnStalled(Instant now, Lane lane, Outbox outbox)
    {
        if (lane.IsOpen && !Owed(lane).Any()) return true;
        lane.Strikes++;
        if (!lane.IsOpen || lane.Strikes > 2) return false;
        Request(lane, OwedRanges(lane), again: true, outbox);
        Wait(now, lane);
        return true;
    }

    public void Acknowledge(Lane lane, Outbox outbox)
    {
        var cumulative = durable.NextMissing(0);
        // Where there are more ranges than fit, those about what this lane still owes say most.
        var nearest = lane.Outstanding.Count > 0 ? lane.Outstanding.First() - lane.Outstanding.Count * 2 : 0;
        outbox.Route(lane.Channel.Prove(new Ack(
            Envelope.To(lane.Holder), lane.Transfer, cumulative,
            durable.ToRanges(WireLimits.RangesMax, Math.Max(cumulative, nearest)),
            lane.Window.Bytes(_lanes.Count), lane.ReceivedBytes)));
        lane.OnAcked();
    }

    /// <summary>
    /// Bytes may come without end and be false, or one in five seconds: only chunks that it brought, and that are
    /// durable, show that a lane delivers.
    /// </summary>
    private bool IsOverdue(Instant now, Lane lane, TimeSpan patience) =>
        lane.Outstanding.Count > 0 && Owed(lane).Any() && now - lane.OwesSince
            > patience + TimeSpan.FromSeconds((double)manifest.Layout.ChunkBytes / SlowestRate);

    private int? Twice(Instant now, Lane lane) => _picker.PickTwice(
        lane, _lanes.Values, IsBrought,
        isDoubted: other => other.IsDoubted || (!other.HasDelivered && IsOverdue(now, other, FirstChunkPatience)));

    private void Request(Lane lane, List<ChunkRange> wanted, bool again, Outbox outbox) =>
        outbox.Route(lane.Channel.Prove(RequestOf(lane, wanted, again, offer: default)));

    private TransferRequest RequestOf(
        Lane lane, List<ChunkRange> wanted, bool again, ReadOnlyMemory<byte> offer) => new(
            Envelope.To(lane.Holder), lane.Transfer, manifest.Id, wanted, lane.Window.Bytes(_lanes.Count),
            PieceBytesFor(lane), again, offer);

    /// <summary>
    /// Half a second of the path: a piece has a head of some 150 bytes, which should not count, and a relay passes on
    /// whole pieces only. Control messages do not wait for one, as they pass between its frames.
    /// </summary>
    private int PieceBytesFor(Lane lane)
    {
        var rate = lane.Window.Rate > 0 ? lane.Window.Rate : context.PathTo(lane.Holder)?.Rate ?? 1;
        return (int)Math.Clamp(rate / 2, 8 * 1024, WireLimits.PieceBytesMax);
    }

    private void ReturnAll(Lane lane)
    {
        foreach (var chunk in lane.Outstanding.ToList())
        {
            var isBrought = lane.HasBrought(chunk);
            lane.Release(chunk, manifest.Layout.LengthOf(chunk));
            if (isBrought) _orphans.Add(chunk, lane.Transfer);
            else if (!_orphans.Contains(chunk) && !IsWithLane(chunk)) _picker.Return(chunk);
        }
    }

    /// <summary>What the lane was asked for and nobody has brought.</summary>
    private IEnumerable<int> Owed(Lane lane) => lane.Outstanding.Where(chunk => !IsBrought(chunk));

    private List<ChunkRange> OwedRanges(Lane lane) => ChunkRanges.From(Owed(lane), WireLimits.RangesMax);

    /// <summary>All of its bytes are with storage, which has not answered yet.</summary>
    private bool IsBrought(int chunk) =>
        _orphans.Contains(chunk) || _lanes.Values.Any(lane => lane.HasBrought(chunk));

    private bool IsWithLane(int chunk) => _lanes.Values.Any(lane => lane.Outstanding.Contains(chunk));

    private static void Wait(Instant now, Lane lane) => lane.Stalled.Arm(now + PatienceOf(lane));

    private static TimeSpan PatienceOf(Lane lane) => Patience.After(lane.Strikes);
}
