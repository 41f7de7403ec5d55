using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Tests.Protocol;

/// <summary>
/// A few engines joined by queues, each with a disk that is a table, in virtual time: a link takes a millisecond and
/// loses what is on its way when it is cut. The big version, with faults and crashes, is Ferry.Simulation.
/// </summary>
internal sealed class SmallNetwork
{
    private readonly List<SmallNode> _nodes = [];
    private readonly PriorityQueue<Action, (Instant At, int Number)> _events = new();
    private readonly List<FakeBody> _bodies = [];
    private int _links;
    private int _scheduled;

    public SmallNetwork(int nodes)
    {
        for (var node = 0; node < nodes; node++) _nodes.Add(new SmallNode(this, Some.Node(node + 1)));
    }

    public Instant Now { get; private set; }
    public SmallNode this[int node] => _nodes[node];
    public IEnumerable<FakeBody> Bodies => _bodies;

    /// <summary>Joins two nodes; returns what cuts them apart again.</summary>
    public Action Join(int left, int right)
    {
        var (here, there) = (Some.Link(++_links), Some.Link(++_links));
        _nodes[left].Up(here, _nodes[right], there, dialed: true);
        _nodes[right].Up(there, _nodes[left], here, dialed: false);
        return () =>
        {
            _nodes[left].Down(here);
            _nodes[right].Down(there);
        };
    }

    /// <summary>Lets time pass until it is so, at most for so long; false when it did not come.</summary>
    public bool RunUntil(Func<bool> isSo, TimeSpan atMost)
    {
        var end = Now + atMost;
        while (!isSo())
        {
            var tick = _nodes.MinBy(node => node.Engine.NextDeadline)!;
            var arrival = _events.TryPeek(out _, out var next) ? next.At : Instant.Never;
            var at = Instant.Min(arrival, tick.Engine.NextDeadline);
            if (at > end) return false;
            if (at > Now) Now = at;
            if (arrival <= tick.Engine.NextDeadline) _events.Dequeue()();
            else tick.Handle(new Input.Tick());
        }
        return true;
    }

    public void After(double milliseconds, Action act) =>
        _events.Enqueue(act, (Now + TimeSpan.FromMilliseconds(milliseconds), _scheduled++));

    public FakeBody NewBody(int length)
    {
        var body = new FakeBody(length);
        _bodies.Add(body);
        return body;
    }
}

/// <summary>An engine, its disk and the ends of its links.</summary>
internal sealed class SmallNode
{
    private readonly SmallNetwork _network;
    private readonly Outbox _outbox = new();
    private readonly Dictionary<LinkId, (SmallNode Peer, LinkId There)> _links = [];
    private readonly Dictionary<ContentId, Manifest> _shares = [];
    private readonly Dictionary<ContentId, (Manifest Manifest, ChunkMap Durable)> _parts = [];
    private readonly Dictionary<(ContentId, int), HashSet<int>> _pieces = [];

    public SmallNode(SmallNetwork network, NodeId id)
    {
        (_network, Id) = (network, id);
        var options = Some.Options(id) with { Seed = (ulong)id.GetHashCode() };
        Engine = new Engine(options, new FakeSeals(), RecoveredState.Empty);
        Engine.Start(network.Now, _outbox);
    }

    public NodeId Id { get; }
    public Engine Engine { get; }
    public List<Notice> Notices { get; } = [];

    /// <summary>One entry for a content and a requester: a new session replaces the old one.</summary>
    public Dictionary<(ContentId, NodeId), TransferId> Log { get; } = [];
    public long SentBytes { get; private set; }

    public bool Has(Manifest file) => _shares.ContainsKey(file.Id);

    public void Share(Manifest file) => _shares[file.Id] = file;

    public void Request(Manifest file) => Handle(new Input.StartDownload(file.Id, "song.flac", 0, [], null));

    public void Up(LinkId link, SmallNode peer, LinkId there, bool dialed)
    {
        _links[link] = (peer, there);
        _network.After(0, () => Handle(Some.LinkUp(link.Value, peer.Id, dialed)));
    }

    public void Down(LinkId link)
    {
        if (_links.Remove(link)) _network.After(0, () => Handle(new Input.LinkDown(link, "cut")));
    }

    public void Handle(Input input)
    {
        Engine.Handle(_network.Now, input, _outbox);
        var effects = _outbox.Effects.ToList();
        _outbox.Clear();
        foreach (var effect in effects) CarryOut(effect);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send: Transmit(send.Link, send.Message, body: null); break;
            case Effect.Forward forward: Transmit(forward.Link, forward.Head, forward.Body); break;
            case Effect.SendPiece piece:
                SentBytes += piece.Head.PieceBytes;
                Transmit(piece.Link, piece.Head, _network.NewBody(piece.Head.BodyBytes));
                break;
            case Effect.Drop drop: drop.Body.Dispose(); break;
            case Effect.CloseLink close:
                if (_links.GetValueOrDefault(close.Link) is { Peer: { } peer, There: var there }) peer.Down(there);
                Down(close.Link);
                break;
            case Effect.Store store:
                _network.After(1, () =>
                {
                    if (Answer(store.Request) is { } result) Handle(new Input.Stored(result));
                });
                break;
            case Effect.Tell tell: Notices.Add(tell.Notice); break;
        }
    }

    private void Transmit(LinkId link, Message message, Payload? body)
    {
        _network.After(1, () =>
        {
            if (body is not null) Handle(new Input.BulkSent(link, body.Length));
            if (_links.TryGetValue(link, out var end) && end.Peer._links.ContainsKey(end.There))
                end.Peer.Handle(new Input.Received(end.There, message, body));
            else body?.Dispose();
        });
    }

    private StorageResult? Answer(StorageRequest request)
    {
        switch (request)
        {
            case StorageRequest.MatchShares match:
                var hits = _shares.Values.Where(file => file.Id == match.Content).Select(file => new ShareMatch(
                    file.Id, "song.flac", file.Layout.ContentBytes, [new ChunkRange(0, file.Layout.ChunkCount)]));
                return new StorageResult.SharesMatched(match.Query, [.. hits]);
            case StorageRequest.ReadManifest read: return ReadManifest(read);
            case StorageRequest.OpenUpload open:
                Log[(open.Content, open.Requester)] = open.Transfer;
                return new StorageResult.UploadOpened(open.Transfer, "song.flac", _shares[open.Content].Layout);
            case StorageRequest.CloseUpload close:
                foreach (var (pair, transfer) in Log.ToList())
                    if (transfer == close.Transfer) Log.Remove(pair);
                return new StorageResult.UploadClosed(close.Transfer);
            case StorageRequest.OpenDownload open:
                var durable = new ChunkMap(open.Manifest.Layout.ChunkCount);
                _parts[open.Manifest.Id] = (open.Manifest, durable);
                return new StorageResult.DownloadOpened(open.Manifest.Id, durable.Copy(), "song.part");
            case StorageRequest.PersistPiece persist: return Persist(persist);
            case StorageRequest.FinishDownload finish:
                if (_parts[finish.Content].Durable.IsFull) Share(_parts[finish.Content].Manifest);
                return new StorageResult.DownloadFinished(finish.Content, "song.flac", false);
            default: return null;
        }
    }

    private StorageResult.ManifestRead ReadManifest(StorageRequest.ReadManifest read)
    {
        if (!_shares.TryGetValue(read.Content, out var file))
            return new StorageResult.ManifestRead(read.Content, read.Requester, -1, read.First, default);
        var count = Math.Min(read.CountMax, file.Layout.ChunkCount - read.First);
        var leaves = file.Leaves.Slice(read.First * Bytes32.Length, count * Bytes32.Length);
        var size = file.Layout.ContentBytes;
        return new StorageResult.ManifestRead(read.Content, read.Requester, size, read.First, leaves);
    }

    /// <summary>Notes which 1 KiB of the chunk are there: pieces may come twice and be cut differently.</summary>
    private StorageResult.ChunksDurable? Persist(StorageRequest.PersistPiece persist)
    {
        persist.Body.Dispose();
        var (manifest, durable) = _parts[persist.Content];
        var piece = persist.Piece;
        var key = (persist.Content, piece.Chunk);
        if (!_pieces.TryGetValue(key, out var there)) _pieces.Add(key, there = []);
        for (var at = piece.Offset; at < piece.Offset + piece.PieceBytes; at += 1024) there.Add(at / 1024);
        if (there.Count * 1024 < manifest.Layout.LengthOf(piece.Chunk)) return null;
        return durable.Add(piece.Chunk) ? new StorageResult.ChunksDurable(persist.Content, [piece.Chunk]) : null;
    }
}
