using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>What the core wants done, field by field. A new case goes to the end, so that others keep their place.
/// </summary>
internal static class EffectShapes
{
    public static readonly Cases<StorageRequest> Requests = new Cases<StorageRequest>()
        .Add<StorageRequest.PersistPiece>(static (f, it) => new(
            f.Content(it?.Content), Head(f, it?.Piece), f.Body(it?.Body)))
        .Add<StorageRequest.MatchShares>(static (f, it) => new(
            f.Query(it?.Query), f.Name(it?.Text),
            f.Optional(it?.Content, static (f, content) => f.Content(content)), f.Int32(it?.HitsMax))
        {
            Similar = f.Flag(it?.Similar),
        })
        .Add<StorageRequest.ReadManifest>(static (f, it) => new(
            f.Content(it?.Content), f.Node(it?.Requester), f.Int32(it?.First), f.Int32(it?.CountMax)))
        .Add<StorageRequest.OpenUpload>(static (f, it) => new(
            f.Transfer(it?.Transfer), f.Content(it?.Content), f.Node(it?.Requester)))
        .Add<StorageRequest.NoteAcked>(static (f, it) => new(f.Transfer(it?.Transfer), f.Int64(it?.AckedBytes)))
        .Add<StorageRequest.CloseUpload>(static (f, it) => new(f.Transfer(it?.Transfer)))
        .Add<StorageRequest.OpenDownload>(static (f, it) => new(
            f.Manifest(it?.Manifest), f.Name(it?.Name), f.OptionalName(it?.OutputPath))
        {
            Traits = InputShapes.Traits(f, it?.Traits),
            IsPublic = f.Flag(it?.IsPublic),
            Overwrites = f.Flag(it?.Overwrites),
            IsPrivate = f.Flag(it?.IsPrivate),
        })
        .Add<StorageRequest.DropPieces>(static (f, it) => new(f.Content(it?.Content), f.Transfer(it?.Transfer)))
        .Add<StorageRequest.FinishDownload>(static (f, it) => new(f.Content(it?.Content)))
        .Add<StorageRequest.AbandonDownload>(static (f, it) => new(f.Content(it?.Content)))
        .Add<StorageRequest.RetryDownload>(static (f, it) => new(f.Content(it?.Content)))
        .Add<StorageRequest.DoubtShare>(static (f, it) => new(f.Content(it?.Content)))
        .Add<StorageRequest.KeepOffer>(static (f, it) => new(InputShapes.Offer(f, it?.Entry)))
        .Add<StorageRequest.ForgetOffer>(static (f, it) => new(InputShapes.OfferKey(f, it?.Key)))
        .Add<StorageRequest.PauseUpload>(static (f, it) => new(f.Transfer(it?.Transfer), f.Flag(it?.IsPaused)))
        .Add<StorageRequest.PauseDownload>(static (f, it) => new(f.Content(it?.Content), f.Flag(it?.IsPaused)));

    public static readonly Cases<Effect> Effects = new Cases<Effect>()
        .Add<Effect.Send>(static (f, it) => new(f.Link(it?.Link), f.Message(it?.Message)))
        .Add<Effect.Forward>(static (f, it) => new(
            f.Link(it?.Link), f.Node(it?.From), Head(f, it?.Head), f.Body(it?.Body)))
        .Add<Effect.SendPiece>(static (f, it) => new(
            f.Link(it?.Link), Head(f, it?.Head), f.Content(it?.Content)))
        .Add<Effect.Drop>(static (f, it) => new(f.Body(it?.Body)))
        .Add<Effect.CloseLink>(static (f, it) => new(f.Link(it?.Link), f.Member(it?.Reason), f.Text(it?.Text)))
        .Add<Effect.Store>(static (f, it) => new(Requests.Pass(f, it?.Request)))
        .Add<Effect.Tell>(static (f, it) => new(NoticeShapes.Notices.Pass(f, it?.Notice)));

    private static FileTransfer Head(Fields f, FileTransfer? head)
    {
        if (f.Message(head) is FileTransfer piece) return piece;
        f.Require(false);
        return new FileTransfer(default, default, 0, 0, 0, 0);
    }
}
