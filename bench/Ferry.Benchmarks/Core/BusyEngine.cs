using System.Diagnostics;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.TestKit;

namespace Ferry.Benchmarks.Core;

/// <summary>
/// The core of a node with many downloads, each with an open lane that owes a chunk, as many routes, and up to 512
/// uploads that all have pieces to send. One more download, of 16 GiB, is the one whose pieces come.
/// </summary>
internal sealed class BusyEngine
{
    private const int Neighbours = 4;
    private const int PieceBytes = 256 * 1024;
    private const int PiecesPerChunk = ChunkLayout.ChunkBytesMax / PieceBytes;
    private static readonly NodeId Self = Samples.Node(-100);
    private static readonly NoBody Body = new(PieceBytes + FileTransfer.SealBytes);

    private readonly Outbox _outbox = new();
    private readonly byte[] _head = new byte[WireLimits.HeadBytesMax];
    private readonly Engine _engine;
    private readonly Dictionary<ContentId, Manifest> _contents = [];
    private readonly Queue<Input> _answers = [];
    private readonly Queue<int> _owed = [];
    private readonly NodeId _holder;
    private readonly ContentId _big;
    private readonly int _count;
    private TransferId _session;
    private long _now;
    private int _pieces;
    private int _sent;
    private readonly bool _isReady;

    /// <param name="floods">Remembers as many floods as a node does.</param>
    public BusyEngine(int count, int uploads, TimeSpan heartbeat, bool floods = false)
    {
        (_count, _holder) = (count, Samples.Node(count / 2));
        _engine = new Engine(
            new EngineOptions
            {
                Self = Self, Nickname = "busy", Seed = default, FirstSequence = 1000, HeartbeatInterval = heartbeat,
                LinkDeadAfter = TimeSpan.FromDays(1), LinksMax = 1000, IsOpen = true,
            },
            new NoKeys(), new PlainNetwork(), RecoveredState.Empty);
        _engine.Start(Now, _outbox);
        for (var link = 0; link < Neighbours; link++) Handle(Up(link));
        if (floods) FillFloods();
        for (var node = 0; node < count; node++)
        {
            _now += 10_000; // A neighbour makes nodes known at a bounded rate.
            Handle(From(node, node % Neighbours, metric: 1000));
            Handle(From(node, (node + 1) % Neighbours, metric: 5000));
        }
        for (var node = 0; node < uploads; node++) Handle(Request(node));
        for (var node = 0; node < count; node++) Download(MakeContent(4L * ChunkLayout.ChunkBytesMin, node), node);
        _big = Download(MakeContent(16L << 30, number: -1), count / 2);
        // The searches with which downloads begin come to their end.
        foreach (var seconds in (int[])[1, 2])
        {
            _now += seconds * 1_000_000;
            Handle(new Input.Tick());
        }
        _isReady = true;
    }

    private Instant Now => new(_now);

    /// <summary>A piece comes for the disk; every sixteenth makes a chunk durable, which is ACKed.</summary>
    public void ReceivePiece()
    {
        var chunk = _owed.Peek();
        var offset = _pieces % PiecesPerChunk * PieceBytes;
        var piece = new FileTransfer(Heard(_holder), _session, chunk, offset, (ulong)_pieces, Body.Length);
        Handle(new Input.Received(LinkOf(_count / 2), piece, Body));
        if (++_pieces % PiecesPerChunk != 0) return;
        _owed.Dequeue();
        Handle(new Input.Stored(new StorageResult.ChunksDurable(_big, [chunk])));
        // The program runs the core again at once for what is due.
        if (_engine.NextDeadline <= Now) Handle(new Input.Tick());
    }

    /// <summary>A link has sent a piece, and takes the next one of whoever's turn it is.</summary>
    public void SendPiece() => Handle(new Input.BulkSent(new LinkId(1 + _sent++ % Neighbours), Body.Length));

    /// <summary>A piece for another node comes, goes on over another link, and leaves.</summary>
    public void PassOn()
    {
        var (source, destination) = (_sent++ % 3 * Neighbours, _sent % 3 * Neighbours + 1);
        var envelope = Heard(Samples.Node(source)) with { Destination = Samples.Node(destination) };
        var piece = new FileTransfer(envelope, new TransferId(1), 0, 0, 0, Body.Length);
        Handle(new Input.Received(LinkOf(source), piece, Body));
        Handle(new Input.BulkSent(LinkOf(destination), Body.Length));
    }

    /// <summary>The next deadline comes: with the short heartbeat, that of the links.</summary>
    public void Tick()
    {
        _now = Math.Max(_now, _engine.NextDeadline.Microseconds);
        Handle(new Input.Tick());
    }

    /// <summary>A message comes from a neighbour, and nothing of what it brings about is answered.</summary>
    public (long Ticks, long Allocated, long Sent) Cost(Message message)
    {
        var body = message is FileTransfer ? Body : null;
        var input = new Input.Received(LinkOf(_sent++), message, body);
        _now++;
        var cost = Time(() => _engine.Handle(Now, input, _outbox));
        var sent = _outbox.Effects.OfType<Effect.Send>().Sum(send => MessageCodec.Encode(send.Message, _head));
        _outbox.Clear();
        return cost with { Sent = sent };
    }

    public static (long Ticks, long Allocated, long Sent) Time(Action act)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        act();
        var ticks = Stopwatch.GetTimestamp() - start;
        return (ticks, GC.GetAllocatedBytesForCurrentThread() - allocated, 0);
    }

    public static Envelope Heard(NodeId source) => new(source, Self, 7, 1000, 1, 30);

    public static TransferRequest RequestOf(int node, IReadOnlyList<ChunkRange> wanted) => new(
        Heard(Samples.Node(node)), new TransferId((UInt128)(1 + node)), Samples.Content, wanted,
        WireLimits.WindowBytesMax, PieceBytes, Again: true, new byte[] { 1 });

    /// <summary>By neighbours that come and go: each may start only so many floods.</summary>
    private void FillFloods()
    {
        const int OfEach = 200;
        for (var link = Neighbours; link * OfEach < SeenFloods.EntriesMax + Neighbours * OfEach; link++)
        {
            Handle(Up(link));
            var all = Heard(Samples.Node(-1 - link)) with { Destination = default, HopLimit = 1 };
            for (var flood = 0; flood < OfEach; flood++)
            {
                var query = new QueryId((UInt128)(link * OfEach + flood));
                Handle(new Input.Received(new LinkId(1 + link), new FileSearch(all, query, "x", null, false), null));
                Handle(new Input.Received(new LinkId(1 + link), new RouteRequest(all, query, Self, 0), null));
            }
            Handle(new Input.LinkDown(new LinkId(1 + link), "gone"));
        }
    }

    private void Handle(Input input)
    {
        _answers.Enqueue(input);
        while (_answers.TryDequeue(out var next))
        {
            _now++;
            _engine.Handle(Now, next, _outbox);
            foreach (var effect in _outbox.Effects) Answer(effect);
            _outbox.Clear();
        }
        // As the program does after each input while few come.
        if (_isReady && _engine.NextDeadline == default) throw new InvalidOperationException("no deadline");
    }

    private void Answer(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send { Message: TransferRequest { KeyOffer.IsEmpty: false } request } send:
                if (request.Content == _big) _session = request.Transfer;
                Hear(send.Link, new TransferAccept(Back(request), request.Transfer, new byte[] { 2 }));
                break;
            case Effect.Send { Message: TransferAccept accept } send:
                Hear(send.Link, Request(accept.Envelope.Destination, accept.Transfer) with
                {
                    KeyOffer = default,
                    Proof = new byte[24],
                });
                break;
            case Effect.Send { Message: TransferRequest request } when request.Content == _big || _big == default:
                if (_contents[request.Content].Layout.ChunkCount < 1000) break;
                foreach (var range in request.Wanted)
                    for (var chunk = range.First; chunk < range.End; chunk++) _owed.Enqueue(chunk);
                break;
            case Effect.Send { Message: ManifestRequest request } send:
                var manifest = _contents[request.Content];
                var (size, first) = (manifest.Layout.ContentBytes, request.First * Bytes32.Length);
                var end = Math.Min(manifest.Leaves.Length, first + WireLimits.LeavesPerPartMax * Bytes32.Length);
                Hear(send.Link, new ManifestPart(
                    Back(request), request.Content, size, request.First, manifest.Leaves[first..end]));
                break;
            case Effect.Store { Request: StorageRequest.OpenDownload open }:
                var chunks = new ChunkMap(open.Manifest.Layout.ChunkCount);
                Store(new StorageResult.DownloadOpened(open.Manifest.Id, chunks, "part"));
                break;
            case Effect.Store { Request: StorageRequest.OpenUpload open }:
                Store(new StorageResult.UploadOpened(open.Transfer, "song", ChunkLayout.For(16L << 30)));
                break;
        }
    }

    private void Hear(LinkId link, Message message) => _answers.Enqueue(new Input.Received(link, message, null));

    private void Store(StorageResult result) => _answers.Enqueue(new Input.Stored(result));

    private ContentId Download(Manifest content, int holder)
    {
        var known = new KnownHolder(Samples.Node(holder), []);
        Handle(new Input.StartDownload(content.Id, "song", content.Layout.ContentBytes, [known], null));
        return content.Id;
    }

    private Manifest MakeContent(long bytes, int number)
    {
        var leaves = new byte[ChunkLayout.For(bytes).ChunkCount * Bytes32.Length];
        BitConverter.TryWriteBytes(leaves, number);
        var content = Manifest.Create(bytes, leaves);
        _contents.Add(content.Id, content);
        return content;
    }

    private static LinkId LinkOf(int node) => new(1 + node % Neighbours);

    private static Input.LinkUp Up(int link) => new(
        new LinkId(1 + link), new Join(1, 1, Samples.Node(-1 - link), "peer", 1 << 20, default, 0),
        new LinkTraits("tcp", 1 << 20, 100_000_000, TimeSpan.FromMilliseconds(1)), "tcp", "somewhere", true);

    private static Input.Received From(int node, int link, uint metric) => new(
        new LinkId(1 + link), new RouteReply(Heard(Samples.Node(node)) with { MetricMicroseconds = metric }, default),
        null);

    private static Input.Received Request(int node) =>
        new(LinkOf(node), Request(Samples.Node(node), new TransferId((UInt128)(1 + node))), null);

    private static TransferRequest Request(NodeId requester, TransferId transfer) => new(
        Heard(requester), transfer, Samples.Content, [new ChunkRange(0, 1024)], WireLimits.WindowBytesMax, PieceBytes,
        Again: false, new byte[] { 1 });

    private static Envelope Back(RoutedMessage message) => Heard(message.Envelope.Destination);

    private sealed class NoBody(int length) : Payload
    {
        public override int Length => length;
        public override void Dispose() { }
    }

    private sealed class NoKeys : ISealKeyRing
    {
        private static readonly byte[] Key = [1];
        public byte[] Offer(TransferId transfer, ContentId content, NodeId holder) => Key;
        public byte[] Answer(
            TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer) => Key;
        public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer) => true;
        public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said) => Key;
        public bool IsTag(
            TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag) => true;
        public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word) => Key;
        public bool IsSigned(
            TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof) => true;
        public void Forget(TransferId transfer) { }
    }
}
