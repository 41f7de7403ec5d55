using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>What comes into the core, field by field. A new case goes to the end, so that others keep their place.
/// </summary>
internal static class InputShapes
{
    public static readonly Cases<StorageResult> Results = new Cases<StorageResult>()
        .Add<StorageResult.PieceNotRead>(static (f, it) => new(
            f.Transfer(it?.Transfer), f.Link(it?.Link), f.Int32(it?.BodyBytes), f.Member(it?.Reason)))
        .Add<StorageResult.ChunksDurable>(static (f, it) => new(
            f.Content(it?.Content), f.List(it?.Chunks, static (f, chunk) => f.Int32(chunk))))
        .Add<StorageResult.ChunkRejected>(static (f, it) => new(
            f.Content(it?.Content), f.Int32(it?.Chunk), f.Transfer(it?.Transfer)))
        .Add<StorageResult.SharesMatched>(static (f, it) => new(
            f.Query(it?.Query), Matches(f, it?.Matches), f.Flag(it?.IsBusy)))
        .Add<StorageResult.ManifestRead>(static (f, it) => new(
            f.Content(it?.Content), f.Node(it?.Requester), f.Int64(it?.Size), f.Int32(it?.First), f.Blob(it?.Leaves)))
        .Add<StorageResult.UploadOpened>(static (f, it) => new(
            f.Transfer(it?.Transfer), f.Name(it?.Name), f.Layout(it?.Layout)))
        .Add<StorageResult.UploadRefused>(static (f, it) => new(f.Transfer(it?.Transfer), f.Member(it?.Reason)))
        .Add<StorageResult.DownloadOpened>(static (f, it) => new(
            f.Content(it?.Content), f.Chunks(it?.Durable), f.Name(it?.PartPath)))
        .Add<StorageResult.DownloadStalled>(static (f, it) => new(
            f.Content(it?.Content), f.Member(it?.Trouble), f.Name(it?.Text)))
        .Add<StorageResult.DownloadFinished>(static (f, it) => new(
            f.Content(it?.Content), f.Name(it?.Path), f.Flag(it?.AlreadyThere))
        {
            Remarks = f.List(it?.Remarks, static (f, remark) => f.Name(remark)),
        })
        .Add<StorageResult.DownloadAbandoned>(static (f, it) => new(f.Content(it?.Content))
        {
            LeftBehind = f.OptionalName(it?.LeftBehind),
        })
        .Add<StorageResult.PiecesDropped>(static (f, it) => new(
            f.Content(it?.Content), f.Int32(it?.Chunk), f.Transfer(it?.Transfer)))
        .Add<StorageResult.OfferKept>(static (f, it) => new(Offer(f, it?.Entry)))
        .Add<StorageResult.OfferNotKept>(static (f, it) => new(Offer(f, it?.Entry), f.Name(it?.Reason)));

    public static readonly Cases<Input> Inputs = new Cases<Input>()
        .Add<Input.Tick>(static (_, it) => it ?? new Input.Tick())
        .Add<Input.Received>(static (f, it) => new(
            f.Link(it?.Link), f.Message(Heard(it?.Message)), f.Optional(it?.Body, static (f, body) => f.Body(body))))
        .Add<Input.BulkSent>(static (f, it) => new(f.Link(it?.Link), f.Int32(it?.Bytes)))
        .Add<Input.LinkMeasured>(static (f, it) => new(f.Link(it?.Link), f.Int64(it?.BytesPerSecond)))
        .Add<Input.Stored>(static (f, it) => new(Results.Pass(f, it?.Result)))
        .Add<Input.LinkUp>(static (f, it) => new(
            f.Link(it?.Link), Peer(f, it?.Peer), Traits(f, it?.Traits), f.Text(it?.Path), f.Text(it?.Address),
            f.Flag(it?.Dialed)))
        .Add<Input.LinkDown>(static (f, it) => new(f.Link(it?.Link), f.Text(it?.Reason)))
        .Add<Input.StartSearch>(static (f, it) => new(
            f.Query(it?.Query), f.Name(it?.Text), f.Optional(it?.Content, static (f, content) => f.Content(content)))
        {
            IsPublic = f.Flag(it?.IsPublic),
        })
        .Add<Input.StopSearch>(static (f, it) => new(f.Query(it?.Query)))
        .Add<Input.StartDownload>(static (f, it) => new(
            f.Content(it?.Content), f.Name(it?.Name), f.Int64(it?.Size),
            f.List(it?.Holders, static (f, holder) => Holder(f, holder)),
            f.OptionalName(it?.OutputPath))
        {
            Traits = Traits(f, it?.Traits),
            SizeMax = f.Optional(it?.SizeMax, static (f, size) => f.Int64(size)),
            IsPublic = f.Flag(it?.IsPublic),
            Overwrites = f.Flag(it?.Overwrites),
            IsPrivate = f.Flag(it?.IsPrivate),
        })
        .Add<Input.Cancel>(static (f, it) => new(
            f.Content(it?.Content), f.Optional(it?.Requester, static (f, node) => f.Node(node))))
        .Add<Input.Listening>(static (f, it) => new(f.List(it?.Addresses, static (f, address) => f.Text(address))))
        .Add<Input.LeaveNetwork>(static (f, it) => new(f.Member(it?.Reason)))
        .Add<Input.Reseed>(static (f, it) => new(f.Digest(it?.Seed)))
        .Add<Input.MakeOffer>(static (f, it) => new(Offer(f, it?.Entry)))
        .Add<Input.AnswerOffer>(static (f, it) => new(OfferKey(f, it?.Key), f.Flag(it?.Accepts))
        {
            OutputPath = f.OptionalName(it?.OutputPath),
            Overwrites = f.Flag(it?.Overwrites),
        })
        .Add<Input.WithdrawOffer>(static (f, it) => new(OfferKey(f, it?.Key)))
        .Add<Input.Pause>(static (f, it) => new(
            f.Content(it?.Content), f.Optional(it?.Requester, static (f, node) => f.Node(node)), f.Flag(it?.IsPaused)))
        .Add<Input.LimitDown>(static (f, it) => new(f.List(it?.Rules, static (f, rule) => new RateRule(
            f.Optional(rule?.Neighbour, static (f, node) => f.Node(node)),
            f.Optional(rule?.Transport, static (f, way) => f.Text(way)), f.Int64(rule?.BytesPerSecond)))));

    public static OfferKey OfferKey(Fields f, OfferKey? it) =>
        new(f.Node(it?.Peer), f.Transfer(it?.Offer), f.Flag(it?.IsOwn));

    public static OfferEntry Offer(Fields f, OfferEntry? it) => new(
        OfferKey(f, it?.Key), f.Content(it?.Content), f.Name(it?.Name), f.Int64(it?.Size),
        f.Flag(it?.IsFolder), Traits(f, it?.Traits), f.Member(it?.State))
    {
        Path = f.OptionalName(it?.Path),
        Overwrites = f.Flag(it?.Overwrites),
        At = f.Int64(it?.At),
    };

    private static KnownHolder Holder(Fields f, KnownHolder? it) => new(f.Node(it?.Node), f.Ranges(it?.Held))
    {
        Size = f.Optional(it?.Size, static (f, size) => f.Int64(size)),
    };

    public static HashingFile Hashing(Fields f, HashingFile? it) =>
        new(f.Name(it?.Name), f.Int64(it?.Size), f.Int64(it?.HashedBytes));

    private static ShareMatches Matches(Fields f, ShareMatches? it) => new(
        f.List(it?.Best, static (f, match) => new ShareMatch(
            f.Content(match?.Content), f.Name(match?.Name), f.Int64(match?.Size), f.Ranges(match?.Held))
        {
            Traits = Traits(f, match?.Traits),
            IsFolder = f.Flag(match?.IsFolder),
        }),
        f.Int32(it?.Fitting), f.List(it?.Hashing, Hashing));

    /// <summary>What proves to the neighbour's peers that they may come in is nothing for a file.</summary>
    private static Join Peer(Fields f, Join? peer)
    {
        var read = f.Message(peer is null ? null : peer with { AdmissionProof = default });
        if (read is Join join) return join;
        f.Require(false);
        return new Join(WireLimits.Version, WireLimits.Version, default, "", WireLimits.FrameBytesMin, default, 0);
    }

    /// <summary>A network's key is for members, and no part of what is written down.</summary>
    private static Message? Heard(Message? message) => message is NetworkKey ? new NetworkKey(default) : message;

    public static FileTraits Traits(Fields f, FileTraits? traits) =>
        new(f.Int64(traits?.Modified), f.Int32(traits?.Mode));

    private static LinkTraits Traits(Fields f, LinkTraits? traits) => new(
        f.Text(traits?.Transport), f.Int32(traits?.FrameBytesMax), f.Int64(traits?.TypicalRate),
        f.Span(traits?.TypicalLatency));
}
