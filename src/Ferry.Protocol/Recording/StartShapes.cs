using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>What a core is made of, field by field.</summary>
internal static class StartShapes
{
    public static EngineOptions Options(Fields f, EngineOptions? it) => new()
    {
        Self = f.Node(it?.Self),
        Nickname = f.Text(it?.Nickname),
        Seed = f.Digest(it?.Seed),
        FirstSequence = f.Number(it?.FirstSequence),
        HeartbeatInterval = f.Span(it?.HeartbeatInterval),
        LinkDeadAfter = f.Span(it?.LinkDeadAfter),
        AckTimeout = f.Span(it?.AckTimeout),
        AckTimeoutMax = f.Span(it?.AckTimeoutMax),
        Retention = f.Span(it?.Retention),
        RetentionGrace = f.Span(it?.RetentionGrace),
        RouteLifetime = f.Span(it?.RouteLifetime),
        SearchHopLimit = f.Byte(it?.SearchHopLimit),
        LinksMax = f.Int32(it?.LinksMax),
        IsOpen = f.Flag(it?.IsOpen),
    };

    public static RecoveredState Recovered(Fields f, RecoveredState? it) => new(
        f.List(it?.Uploads, static (f, upload) => new RecoveredUpload(
            f.Transfer(upload?.Transfer), f.Content(upload?.Content), f.Name(upload?.Name), f.Layout(upload?.Layout),
            f.Node(upload?.Requester), f.Int64(upload?.AckedBytes), f.Span(upload?.LastAck))
        {
            IsPaused = f.Flag(upload?.IsPaused),
        }),
        f.List(it?.Downloads, Download))
    {
        Offers = f.List(it?.Offers, static (f, offer) => new RecoveredOffer(
            InputShapes.Offer(f, offer?.Entry), f.Span(offer?.Age))),
    };

    private static RecoveredDownload Download(Fields f, RecoveredDownload? it)
    {
        var download = new RecoveredDownload(
            f.Manifest(it?.Manifest), f.Name(it?.Name), f.OptionalName(it?.OutputPath),
            f.Chunks(it?.Durable), f.Span(it?.LastProgress))
        {
            IsPublic = f.Flag(it?.IsPublic),
            IsPrivate = f.Flag(it?.IsPrivate),
            IsPaused = f.Flag(it?.IsPaused),
        };
        f.Require(download.Durable.ChunkCount == download.Manifest.Layout.ChunkCount);
        return download;
    }
}
