using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>The downloads of one node, and words for what holders and the disk do to them.</summary>
internal sealed class DownloadStage
{
    public const int Chunks = 6;
    public static readonly NodeId Self = Some.Node(1);
    public static readonly NodeId Holder = Some.Node(2);
    public static readonly NodeId Other = Some.Node(3);
    public static readonly Manifest File = Some.Content(Chunks);

    private readonly Deadlines _deadlines = new();
    private readonly SessionChannel _holder = Some.Channel(SessionEnd.Holder);

    public DownloadStage() => Downloads = new Downloads(
        new DownloadContext(
            Some.Options(Self), Seals, new PlainNetwork(), Some.Chance(3), _deadlines, Some.Ids, _ => Path));

    public Outbox Outbox { get; } = new();
    public PlainSeals Seals { get; } = new();
    public Downloads Downloads { get; }
    public NodePath? Path { get; set; } = new NodePath(Some.Node(1), 1, 10_000, "tcp");
    public TransferState State => Assert.Single(Downloads.Status(Some.At(0))).State;

    /// <summary>How often holders were looked for.</summary>
    public int Searches { get; private set; }

    public Instant NextDeadline => _deadlines.Next;

    /// <summary>What is due by now, as the engine does it; returns the contents whose holders are looked for.</summary>
    public List<ContentId> Run(Instant now)
    {
        var searches = new List<ContentId>();
        _deadlines.Run(now, due =>
        {
            if (due.Owner is Lane lane) Downloads.OnDue(now, lane, due.Timer, Outbox);
            else if (due.Owner is Download download && Downloads.OnDue(now, download, due.Timer, Outbox))
                searches.Add(download.Content);
        });
        Searches += searches.Count;
        return searches;
    }

    /// <summary>What the log holds of the download at start-up.</summary>
    public static RecoveredDownload InLog(ChunkMap durable) => new(File, "song.flac", null, durable, TimeSpan.Zero);

    public void Start(params NodeId[] holders) => Downloads.Start(
        Some.At(0),
        new Input.StartDownload(File.Id, "song.flac", 0, [.. holders.Select(node => new KnownHolder(node, []))], null),
        Outbox);

    /// <summary>Everything up to the first pieces: manifest, disk, lanes with keys.</summary>
    public void Run(params NodeId[] holders)
    {
        Start(holders);
        GiveManifest(holders[0]);
        Open();
        foreach (var holder in holders) Accept(holder);
        Outbox.Empty();
    }

    public void GiveManifest(NodeId holder)
    {
        var envelope = Some.From(holder, Self);
        var part = new ManifestPart(envelope, File.Id, File.Layout.ContentBytes, 0, File.Leaves);
        Downloads.OnManifestPart(Some.At(0), part, Outbox);
    }

    public void Open(params int[] durable)
    {
        var map = new ChunkMap(Chunks);
        foreach (var chunk in durable) map.Add(chunk);
        Stored(new StorageResult.DownloadOpened(File.Id, map, "song.flac.part"));
    }

    /// <summary>The newest session that was offered to the holder.</summary>
    public TransferId Session(NodeId holder) => Outbox.Routed<TransferRequest>()
        .Last(request => request.Envelope.Destination == holder && !request.KeyOffer.IsEmpty).Transfer;

    public void Accept(NodeId holder, byte answer = 2) => Downloads.OnAccept(
        Some.At(0), new TransferAccept(Some.From(holder, Self), Session(holder), new[] { answer }), Outbox);

    public BytesPayload Piece(NodeId holder, TransferId transfer, int chunk, int offset = 0, Instant? at = null)
    {
        var body = new BytesPayload(1016);
        var piece = new FileTransfer(Some.From(holder, Self), transfer, chunk, offset, 0, body.Length);
        Downloads.OnPiece(at ?? Some.At(0.1), piece, body, Outbox);
        return body;
    }

    /// <summary>All of a chunk in one piece, and durable.</summary>
    public void Chunk(NodeId holder, TransferId transfer, int chunk, Instant at)
    {
        var body = new BytesPayload(File.Layout.LengthOf(chunk) + FileTransfer.SealBytes);
        var piece = new FileTransfer(Some.From(holder, Self), transfer, chunk, 0, 0, body.Length);
        Downloads.OnPiece(at, piece, body, Outbox);
        Stored(new StorageResult.ChunksDurable(File.Id, [chunk]), at);
    }

    public void PieceOfOneByte(NodeId holder, TransferId transfer, int chunk, int offset, Instant at)
    {
        var body = new BytesPayload(1 + FileTransfer.SealBytes);
        var piece = new FileTransfer(Some.From(holder, Self), transfer, chunk, offset, 0, body.Length);
        Downloads.OnPiece(at, piece, body, Outbox);
    }

    public void Durable(params int[] chunks) => Stored(new StorageResult.ChunksDurable(File.Id, chunks));

    public void Rejected(int chunk, TransferId transfer) =>
        Stored(new StorageResult.ChunkRejected(File.Id, chunk, transfer));

    public void Stalled(DiskTrouble trouble = DiskTrouble.Full, Instant now = default) =>
        Assert.True(Downloads.OnStored(now, new StorageResult.DownloadStalled(File.Id, trouble, "no room"), Outbox));

    /// <param name="proof">Of the reasons that are signed.</param>
    public void Refused(NodeId holder, TransferId transfer, RefusalReason reason, byte proof = 3)
    {
        var refusal = new Refusal(Some.From(holder, Self), transfer, reason, new[] { proof });
        Downloads.OnRefusal(
            Some.At(0.1), FinalWords.IsSigned(reason) ? refusal : _holder.Prove(refusal), Outbox);
    }

    public void Resume(
        NodeId holder, TransferId transfer, ContentId? content = null, Instant? at = null) => Downloads.OnResume(
        at ?? Some.At(0.1),
        _holder.Prove(new TransferResume(Some.From(holder, Self), transfer, content ?? File.Id)), Outbox);

    public void Stored(StorageResult result, Instant now = default) =>
        Assert.True(Downloads.OnStored(now, result, Outbox));

    public void Finished() => Stored(new StorageResult.DownloadFinished(File.Id, "/downloads/song.flac", false));
}
