using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>What the core tells, field by field. A new case goes to the end, so that others keep their place.</summary>
internal static class NoticeShapes
{
    public static readonly Cases<Notice> Notices = new Cases<Notice>()
        .Add<Notice.SearchHit>(static (f, it) => new(
            f.Query(it?.Query), f.Node(it?.Holder), f.Content(it?.Content), f.Name(it?.Name), f.Int64(it?.Size),
            f.Ranges(it?.Held), f.Int32(it?.Hops))
        {
            Traits = InputShapes.Traits(f, it?.Traits),
            IsFolder = f.Flag(it?.IsFolder),
        })
        .Add<Notice.SearchEnded>(static (f, it) => new(
            f.Query(it?.Query), f.List(it?.Silent, static (f, node) => f.Node(node)), f.Int32(it?.SilentCount),
            f.Int64(it?.LeftOut), f.Int64(it?.NotAsked))
        {
            Outside = f.Int32(it?.Outside),
        })
        .Add<Notice.DownloadProgressed>(static (f, it) => new(Download(f, it?.Status)))
        .Add<Notice.DownloadCompleted>(static (f, it) => new(
            Download(f, it?.Status), f.Name(it?.Path), f.Flag(it?.AlreadyThere))
        {
            Remarks = f.List(it?.Remarks, static (f, remark) => f.Name(remark)),
        })
        .Add<Notice.DownloadFailed>(static (f, it) => new(Download(f, it?.Status), Why(f, it?.Reason)))
        .Add<Notice.DownloadPaused>(static (f, it) => new(Download(f, it?.Status), Why(f, it?.Reason)))
        .Add<Notice.AddressesOffered>(static (f, it) => new(
            f.Node(it?.Node), f.List(it?.Addresses, static (f, address) => f.Text(address))))
        .Add<Notice.UploadEnded>(static (f, it) => new(Upload(f, it?.Status), f.Text(it?.Reason)))
        .Add<Notice.TransferGivenUp>(static (f, it) => new(
            f.Name(it?.Name), f.Optional(it?.Requester, static (f, node) => f.Node(node)), f.Span(it?.After)))
        .Add<Notice.DownloadDiscarded>(static (f, it) => new(
            f.Content(it?.Content), f.OptionalName(it?.LeftBehind)))
        .Add<Notice.SearchHashing>(static (f, it) => new(
            f.Query(it?.Query), f.Node(it?.Holder), InputShapes.Hashing(f, it?.File)))
        .Add<Notice.IdentityShared>(static (f, it) => new(f.Node(it?.Node), f.Text(it?.Stays), f.Text(it?.Goes)))
        .Add<Notice.OwnIdentityShared>(static (f, it) => new(
            f.Node(it?.Neighbour), f.Flag(it?.GoesOn), f.Text(it?.OtherAddress)))
        .Add<Notice.OfferChanged>(static (f, it) => new(InputShapes.Offer(f, it?.Entry)))
        .Add<Notice.OfferFailed>(static (f, it) => new(InputShapes.OfferKey(f, it?.Key), f.Name(it?.Reason)));

    private static DownloadStatus Download(Fields f, DownloadStatus? it) => new(
        f.Content(it?.Content), f.Name(it?.Name), f.Int64(it?.Size), f.Member(it?.State), f.Int64(it?.DurableBytes),
        f.Int64(it?.ReceivedBytes), f.Int64(it?.ResentBytes), f.Double(it?.BytesPerSecond), f.Span(it?.Age),
        f.List(it?.Sources, static (f, source) => new SourceStatus(
            f.Node(source?.Holder), f.Int32(source?.Hops), f.Text(source?.Transport), f.Int64(source?.Bytes),
            f.Double(source?.BytesPerSecond), f.Flag(source?.Active))))
    {
        Pause = f.Optional(it?.Pause, Why),
        GivenUpIn = f.Optional(it?.GivenUpIn, static (f, span) => f.Span(span)),
        OutputPath = f.OptionalName(it?.OutputPath),
    };

    private static UploadStatus Upload(Fields f, UploadStatus? it) => new(
        f.Transfer(it?.Transfer), f.Content(it?.Content), f.Name(it?.Name), f.Node(it?.Requester), f.Member(it?.State),
        f.Int64(it?.Size), f.Int64(it?.SentBytes), f.Int64(it?.AckedBytes), f.Double(it?.BytesPerSecond),
        f.Span(it?.SinceAck), f.Optional(it?.GivenUpIn, static (f, span) => f.Span(span)), f.Int32(it?.Hops))
    {
        Pause = f.Optional(it?.Pause, Why),
    };

    /// <summary>What the disk says names files.</summary>
    private static Reason Why(Fields f, Reason? it)
    {
        var isOfDisk = f.Flag(it?.IsOfDisk);
        return new Reason(isOfDisk ? f.Name(it?.Text) : f.Text(it?.Text), isOfDisk, f.Flag(it?.IsRefusal));
    }
}
