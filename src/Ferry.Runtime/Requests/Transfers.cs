using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Requests;

/// <summary>The running and unfinished transfers of this node.</summary>
internal sealed class Transfers(NodeLoop loop)
{
    public async Task<IReadOnlyList<TransferInfo>> ListAsync(CancellationToken cancel)
    {
        var (downloads, uploads) = await loop.QueryAsync(
            (engine, now) => (engine.Downloads(now), engine.Uploads(now)), cancel);
        return [.. downloads.Select(Describe), .. uploads.Select(Describe)];
    }

    /// <exception cref="FerryException">The id matches no transfer, or several contents.</exception>
    public async Task<TransferInfo> CancelAsync(string transfer, CancellationToken cancel)
    {
        var prefix = transfer.Trim();
        var meant = (await ListAsync(cancel)).Where(running => IsMeant(running, prefix)).ToList();
        var contents = meant.Select(running => running.ContentId).Distinct().ToList();
        if (prefix.Length == 0 || contents.Count == 0)
        {
            throw new FerryException(
                FailureKind.NothingFound, $"no transfer begins with '{prefix}': 'transfers' lists them");
        }
        if (contents.Count > 1)
        {
            throw new FerryException(
                FailureKind.Failed,
                $"{contents.Count} transfers begin with '{prefix}': give more of its id, see 'transfers'");
        }
        if (!ContentId.TryParse(contents[0], out var content))
        {
            throw new InvalidOperationException($"'{contents[0]}' is no content id");
        }
        await loop.TellAsync(new Input.Cancel(content), cancel);
        return meant[0];
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

    private static bool IsMeant(TransferInfo running, string prefix) =>
        running.Transfer.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        || running.ContentId.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static TransferInfo Describe(DownloadStatus status) => new(
        status.Content.ToString(), TransferDirection.Download, status.Name, status.Content.ToString(), PeerOf(status),
        status.Size, status.DurableBytes, status.BytesPerSecond, PhaseOf(status.State), WalOf(status.State), null,
        status.GivenUpIn.TotalSeconds, status.Pause?.Text, DownloadEvents.Sources(status));

    /// <summary>The holder, when there is just one.</summary>
    private static string PeerOf(DownloadStatus status) =>
        status.Sources.Count == 1 ? status.Sources[0].Holder.ToString() : "";

    private static TransferInfo Describe(UploadStatus status) => new(
        status.Transfer.ToString(), TransferDirection.Upload, status.Name, status.Content.ToString(),
        status.Requester.ToString(), status.Size, status.AckedBytes, status.BytesPerSecond,
        PhaseOf(status.State), WalOf(status.State),
        status.SinceAck.TotalSeconds, status.GivenUpIn.TotalSeconds, null, []);

    private static LogEntryState WalOf(TransferState state) =>
        state == TransferState.Ended ? LogEntryState.Closed : LogEntryState.Open;
}
