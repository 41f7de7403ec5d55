using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Requests;

/// <summary>The running and unfinished transfers of this node.</summary>
internal sealed class Transfers(NodeLoop loop, NoticeBoard notices)
{
    public async Task<IReadOnlyList<TransferInfo>> ListAsync(CancellationToken cancel)
    {
        var (downloads, uploads) = await StatusAsync(cancel);
        var offers = await loop.QueryAsync((engine, _) => engine.Offers, cancel);
        return
        [
            .. downloads.Select(Describe), .. uploads.Select(Describe),
            .. OfferRows.Of(offers, downloads, uploads),
        ];
    }

    /// <summary>
    /// Ends what the id names: a download, one upload, or, by the id of a content that this node only gives, all
    /// uploads of it.
    /// </summary>
    /// <exception cref="FerryException">The id matches no transfer, or several.</exception>
    public async Task<IReadOnlyList<TransferInfo>> CancelAsync(string transfer, CancellationToken cancel)
    {
        if (await WithdrawAsync(transfer.Trim(), cancel) is { } withdrawn) return [withdrawn];
        var (down, up) = await FindAsync(transfer, cancel);
        foreach (var one in up) await loop.TellAsync(new Input.Cancel(one.Content, one.Requester), cancel);
        var ended = new List<TransferInfo>();
        foreach (var one in down)
            ended.Add(Describe(one) with { LeftBehind = await CancelDownloadAsync(one.Content, cancel) });
        return [.. ended, .. up.Select(Describe)];
    }

    /// <summary>
    /// Pauses what the id names, or all that there is, or lets it go on. What it was before is no matter.
    /// </summary>
    /// <param name="transfer">As for <see cref="CancelAsync"/>; null for all.</param>
    /// <returns>How they stand now.</returns>
    /// <exception cref="FerryException">The id matches no transfer, or several.</exception>
    public async Task<IReadOnlyList<TransferInfo>> PauseAsync(
        string? transfer, bool isPaused, CancellationToken cancel)
    {
        var (down, up) = transfer is null ? await StatusAsync(cancel) : await FindAsync(transfer, cancel);
        foreach (var one in down) await loop.TellAsync(new Input.Pause(one.Content, null, isPaused), cancel);
        foreach (var one in up) await loop.TellAsync(new Input.Pause(one.Content, one.Requester, isPaused), cancel);
        var (downloads, uploads) = await StatusAsync(cancel);
        return
        [
            .. downloads.IntersectBy(down.Select(one => one.Content), one => one.Content).Select(Describe),
            .. uploads.IntersectBy(up.Select(one => one.Transfer), one => one.Transfer).Select(Describe),
        ];
    }

    private async Task<(IReadOnlyList<DownloadStatus> Downloads, IReadOnlyList<UploadStatus> Uploads)> FindAsync(
        string transfer, CancellationToken cancel)
    {
        var prefix = transfer.Trim();
        var (downloads, uploads) = await StatusAsync(cancel);
        var down = downloads.Where(download => IsOf(download.Content, prefix)).ToList();
        var up = uploads.Where(upload => IsOf(upload.Transfer, prefix)).ToList();
        var named = down.Count + up.Count;
        if (named == 0)
        {
            up = [.. uploads.Where(upload => IsOf(upload.Content, prefix))];
            named = up.DistinctBy(upload => upload.Content).Count();
        }
        if (prefix.Length == 0 || named == 0)
        {
            throw new FerryException(
                FailureKind.NothingFound, $"no transfer begins with '{prefix}': 'transfers' lists them");
        }
        if (named > 1)
        {
            throw new FerryException(
                FailureKind.Failed, $"{named} transfers begin with '{prefix}': give more of its id, see 'transfers'");
        }
        return (down, up);
    }

    /// <summary>Takes back what this node offers under that id; null when there is no such offer.</summary>
    private async Task<TransferInfo?> WithdrawAsync(string prefix, CancellationToken cancel)
    {
        var offers = await loop.QueryAsync((engine, _) => engine.Offers, cancel);
        var named = offers.Where(entry => entry is { Key.IsOwn: true, IsOver: false }
            && prefix.Length > 0 && IsOf(entry.Key.Offer, prefix)).ToList();
        if (named is not [var only]) return null;
        using var watching = notices.WatchOffers(key => key == only.Key);
        await loop.TellAsync(new Input.WithdrawOffer(only.Key), cancel);
        await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
        {
            if (notice is Notice.OfferFailed failed) throw new FerryException(FailureKind.Failed, failed.Reason);
            if (notice is not Notice.OfferChanged { Entry: { IsOver: true } over }) continue;
            await loop.TellAsync(new Input.Cancel(only.Content, only.Key.Peer), cancel);
            return OfferRows.Of(over);
        }
        return null; // The node stops.
    }

    /// <summary>The partial file, if it could not be deleted.</summary>
    private async Task<string?> CancelDownloadAsync(ContentId content, CancellationToken cancel)
    {
        using var watching = notices.WatchDownload(content);
        // What ends from here on is told.
        if ((await StatusAsync(cancel)).Downloads.All(download => download.Content != content)) return null;
        await loop.TellAsync(new Input.Cancel(content, null), cancel);
        await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
        {
            if (notice is Notice.DownloadDiscarded discarded) return discarded.LeftBehind;
            if (notice is Notice.DownloadCompleted) return null; // The cancel came too late.
        }
        return null; // The node stops.
    }

    public static TransferPhase PhaseOf(TransferState state) => state switch
    {
        TransferState.Searching => TransferPhase.Searching,
        TransferState.Starting => TransferPhase.Starting,
        TransferState.Running => TransferPhase.Running,
        TransferState.Resuming => TransferPhase.Resuming,
        TransferState.Paused => TransferPhase.Paused,
        TransferState.Finishing => TransferPhase.Finishing,
        _ => TransferPhase.Ended,
    };

    private Task<(IReadOnlyList<DownloadStatus> Downloads, IReadOnlyList<UploadStatus> Uploads)> StatusAsync(
        CancellationToken cancel) =>
        loop.QueryAsync((engine, now) => (engine.Downloads(now), engine.Uploads(now)), cancel);

    private static bool IsOf<T>(T id, string prefix) where T : struct =>
        id.ToString()!.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static TransferInfo Describe(DownloadStatus status) => new(
        status.Content.ToString(), TransferDirection.Download, status.Name, status.Content.ToString(), PeerOf(status),
        status.Size, status.DurableBytes, status.BytesPerSecond, PhaseOf(status.State), WalOf(status.State), null,
        status.GivenUpIn?.TotalSeconds, status.Pause?.Text, DownloadEvents.Sources(status));

    /// <summary>The holder, when there is just one.</summary>
    private static string PeerOf(DownloadStatus status) =>
        status.Sources.Count == 1 ? status.Sources[0].Holder.ToString() : "";

    private static TransferInfo Describe(UploadStatus status) => new(
        status.Transfer.ToString(), TransferDirection.Upload, status.Name, status.Content.ToString(),
        status.Requester.ToString(), status.Size, status.AckedBytes, status.BytesPerSecond,
        PhaseOf(status.State), WalOf(status.State),
        status.SinceAck.TotalSeconds, status.GivenUpIn?.TotalSeconds, status.Pause?.Text, []);

    private static LogEntryState WalOf(TransferState state) =>
        state == TransferState.Ended ? LogEntryState.Closed : LogEntryState.Open;
}
