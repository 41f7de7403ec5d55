using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.TestKit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A holder, node 1, behind its neighbour, node 3: what requesters say to it, and what it sends.</summary>
internal sealed class HolderStage
{
    public static readonly NodeId Self = Some.Node(1);
    public static readonly NodeId Neighbour = Some.Node(3);
    public static readonly Manifest File = Some.Content(10);

    public HolderStage() => Uploads = new Uploads(
        Some.Options(Self), Seals, new SeededRandom(5), Deadlines, Some.Ids, _ => Path,
        (_, _, _) => new PieceRoom(Some.Link(1), 64 * 1024));

    public PlainSeals Seals { get; } = new();
    public Deadlines Deadlines { get; } = new();
    public Outbox Outbox { get; } = new();
    public Uploads Uploads { get; }

    /// <summary>Proves what requesters say.</summary>
    public SessionChannel Requester { get; } = Some.Channel();

    /// <summary>To all requesters.</summary>
    public NodePath? Path { get; set; } = new(Neighbour, 2, 1000, "tcp");

    public void Hear(TransferRequest request, double at = 0, NodeId? via = null) =>
        Uploads.OnRequest(Some.At(at), via ?? Neighbour, request, Outbox);

    /// <summary>As one that the session's keys prove, without the offer.</summary>
    public void HearProven(TransferRequest request, double at = 0, NodeId? via = null) =>
        Hear(Requester.Prove(request with { KeyOffer = default }), at, via);

    /// <summary>The log has the session.</summary>
    public void Opened(int transfer, Manifest file, double at = 0) => Uploads.OnOpened(
        Some.At(at), new StorageResult.UploadOpened(Some.Transfer(transfer), "song.flac", file.Layout), Outbox);

    public List<FileTransfer> SendAll()
    {
        var pieces = new List<FileTransfer>();
        while (Uploads.NextPiece(Some.At(0)) is { } next) pieces.Add(next.Piece);
        return pieces;
    }
}
