using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Diagnostics;

/// <summary>
/// What is worth a line in the log of what transfers do: their beginning and end, when they stand still and go on, and
/// from whom a download comes.
/// </summary>
internal sealed class TransferLines(ILogger log)
{
    /// <summary>Longer than a link takes to be found dead, or a hash of a large file takes a slow disk.</summary>
    public static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(20);

    private readonly Dictionary<ContentId, Followed> _downloads = [];
    private readonly Dictionary<TransferId, Followed> _uploads = [];

    public void Tell(Input.StartDownload start)
    {
        // A second request joins the first.
        if (!_downloads.TryAdd(start.Content, new Followed())) return;
        TransferLog.DownloadStarted(log, start.Content.Short, start.Size, start.Holders.Count);
        TransferLog.Named(log, start.Content.Short, start.Name);
    }

    /// <summary>The first piece of a transfer that this node has begun to receive, or to pass on.</summary>
    public void Tell(FileTransfer first, ContentId? content)
    {
        var (holder, requester) = (first.Envelope.Source.Short, first.Envelope.Destination.Short);
        if (content is { } own) TransferLog.TransferBegun(log, own.Short, Id(first.Transfer), holder);
        else TransferLog.PassedOn(log, Id(first.Transfer), holder, requester);
    }

    public void Tell(Notice notice)
    {
        switch (notice)
        {
            case Notice.DownloadPaused paused: Stall(paused.Status, Words(paused.Reason)); break;
            case Notice.DownloadCompleted completed: End(completed); break;
            case Notice.DownloadFailed failed:
                _downloads.Remove(failed.Status.Content);
                TransferLog.DownloadFailed(
                    log, failed.Status.Content.Short, PercentOf(failed.Status), Words(failed.Reason));
                break;
            case Notice.UploadEnded ended: End(ended); break;
        }
    }

    /// <param name="now">By any clock that only goes forward.</param>
    public void Look(IReadOnlyList<DownloadStatus> downloads, IReadOnlyList<UploadStatus> uploads, TimeSpan now)
    {
        foreach (var download in downloads) Look(download, now);
        foreach (var upload in uploads) Look(upload);
        Forget(_downloads, downloads.Select(download => download.Content));
        Forget(_uploads, uploads.Select(upload => upload.Transfer));
    }

    private void Look(DownloadStatus status, TimeSpan now)
    {
        if (!_downloads.TryGetValue(status.Content, out var followed))
        {
            _downloads.Add(status.Content, followed = new Followed());
            TransferLog.DownloadFound(log, status.Content.Short, PercentOf(status));
            TransferLog.Named(log, status.Content.Short, status.Name);
        }
        var sources = SourcesOf(status);
        if (status.ReceivedBytes > followed.Bytes || followed.MovedAt is null)
        {
            if (followed.IsStalled) TransferLog.DownloadGoesOn(log, status.Content.Short, PercentOf(status), sources);
            else if (sources.Length > 0 && sources != followed.Sources)
                TransferLog.SourcesChanged(log, status.Content.Short, sources);
            (followed.Bytes, followed.MovedAt, followed.IsStalled) = (status.ReceivedBytes, now, false);
            if (sources.Length > 0) followed.Sources = sources;
        }
        else if (now - followed.MovedAt >= StallAfter && status.State != TransferState.Finishing)
            Stall(status, WhyStalled(status));
    }

    private void Stall(DownloadStatus status, string reason)
    {
        if (!_downloads.TryGetValue(status.Content, out var followed)) return;
        if (followed.IsStalled) return;
        followed.IsStalled = true;
        TransferLog.DownloadStalled(log, status.Content.Short, PercentOf(status), reason);
    }

    private void End(Notice.DownloadCompleted completed)
    {
        var status = completed.Status;
        _downloads.Remove(status.Content);
        if (completed.AlreadyThere)
        {
            TransferLog.DownloadWasThere(log, status.Content.Short);
            return;
        }
        var rate = (long)((status.ReceivedBytes - status.ResentBytes) / Math.Max(0.001, status.Age.TotalSeconds));
        TransferLog.DownloadCompleted(
            log, status.Content.Short, status.Size, status.Age.TotalSeconds, rate, status.ResentBytes,
            string.Join(", ", status.Sources.Select(Describe)));
    }

    private void Look(UploadStatus status)
    {
        var (content, requester, transfer) = Ids(status);
        if (!_uploads.TryGetValue(status.Transfer, out var followed))
        {
            _uploads.Add(status.Transfer, followed = new Followed { Bytes = status.AckedBytes });
            if (status.State == TransferState.Resuming)
                TransferLog.UploadFound(log, content, requester, transfer, status.AckedBytes);
            else TransferLog.UploadStarted(log, content, requester, transfer, status.Size);
            TransferLog.Named(log, status.Content.Short, status.Name);
        }
        if (status.AckedBytes > followed.Bytes)
        {
            if (followed.IsStalled) TransferLog.UploadGoesOn(log, content, requester, transfer, status.AckedBytes);
            (followed.Bytes, followed.IsStalled) = (status.AckedBytes, false);
        }
        else if (!followed.IsStalled && status.SinceAck >= StallAfter && status.AckedBytes < status.Size)
        {
            followed.IsStalled = true;
            var reason = status.Hops == 0 ? "there is no route to it" : "it does not ACK";
            TransferLog.UploadStalled(log, content, requester, transfer, status.AckedBytes, reason);
        }
    }

    private void End(Notice.UploadEnded ended)
    {
        var status = ended.Status;
        _uploads.Remove(status.Transfer);
        var (content, requester, transfer) = Ids(status);
        TransferLog.UploadEnded(
            log, content, requester, transfer, ended.Reason, status.SentBytes, status.AckedBytes,
            (long)status.BytesPerSecond);
    }

    private static string WhyStalled(DownloadStatus status) => status switch
    {
        { Pause: { } pause } => Words(pause),
        { State: TransferState.Searching } => "no holder is known",
        { State: TransferState.Starting } => "no holder sends the manifest",
        _ when status.Sources.Any(source => source.Active) => "its holders are silent",
        _ => "no holder can be reached",
    };

    /// <summary>What the disk says names files; it is in the warnings and in <c>transfers</c>.</summary>
    private static string Words(Reason reason) => reason.IsOfDisk ? "the disk does not take it" : reason.Text;

    private static string SourcesOf(DownloadStatus status) =>
        string.Join(", ", status.Sources.Where(source => source.Active).Select(Describe));

    private static string Describe(SourceStatus source) =>
        $"{source.Holder.Short} over {source.Transport} ({source.Hops} {(source.Hops == 1 ? "hop" : "hops")})";

    private static (string Content, string Requester, string Transfer) Ids(UploadStatus status) =>
        (status.Content.Short, status.Requester.Short, Id(status.Transfer));

    /// <summary>The same digits in the logs of all nodes: by them a transfer is found in each.</summary>
    private static string Id(TransferId transfer) => transfer.ToString()[..10];

    private static int PercentOf(DownloadStatus status) =>
        status.Size == 0 ? 0 : (int)(status.DurableBytes * 100 / status.Size);

    /// <summary>A transfer may end without a word, when it had not really begun.</summary>
    private static void Forget<TId>(Dictionary<TId, Followed> followed, IEnumerable<TId> there) where TId : notnull
    {
        foreach (var gone in followed.Keys.Except(there).ToList()) followed.Remove(gone);
    }

    private sealed class Followed
    {
        public long Bytes { get; set; }

        /// <summary>Null before the first look.</summary>
        public TimeSpan? MovedAt { get; set; }
        public bool IsStalled { get; set; }
        public string Sources { get; set; } = "";
    }
}
