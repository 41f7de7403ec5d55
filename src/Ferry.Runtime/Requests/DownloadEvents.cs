using System.Runtime.CompilerServices;
using Ferry.Protocol;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Requests;

/// <summary>How one download goes, as events for its user: progress a few times a second, and one end.</summary>
/// <param name="waits">The user waits for whatever there is to wait for.</param>
internal sealed class DownloadEvents(NoticeBoard.Subscription watching, bool waits, TimeProvider time)
{
    /// <summary>People see no more, and scripts would only read more.</summary>
    public static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);

    private const string Kept = ": what has come of it is kept until 'cancel', and goes on by itself when there is one";

    private long? _progressTold;
    private TransferState? _stateTold;
    private Reason? _pauseTold;

    /// <summary>Where who asked for it first wanted it; null for the downloads folder.</summary>
    public string? OutputPath { get; private set; }

    public async IAsyncEnumerable<RequestEvent> TellAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
        {
            switch (notice)
            {
                case Notice.DownloadProgressed progressed when IsWorthTelling(progressed.Status):
                    yield return Progress(progressed.Status);
                    break;
                case Notice.DownloadPaused paused when paused.Reason != _pauseTold:
                    _pauseTold = paused.Reason;
                    yield return new RequestEvent.Paused(paused.Reason.Text);
                    if (!paused.Reason.IsRefusal || waits) break;
                    yield return new RequestEvent.Failed(FailureKind.Failed, paused.Reason.Text + Kept);
                    yield break;
                case Notice.DownloadCompleted completed:
                    OutputPath = completed.Status.OutputPath;
                    foreach (var sentence in completed.Remarks) yield return new RequestEvent.Remark($"{sentence}.");
                    yield return Completed(completed);
                    yield break;
                case Notice.DownloadFailed failed:
                    yield return new RequestEvent.Failed(FailureKind.Failed, failed.Reason.Text);
                    yield break;
            }
        }
        yield return new RequestEvent.Failed(
            FailureKind.Failed, "this node is stopping; the download goes on when it is started again");
    }

    public static IReadOnlyList<SourceInfo> Sources(DownloadStatus status) =>
        [.. status.Sources.Select(source =>
            new SourceInfo(source.Holder.ToString(), source.Hops, source.Transport, source.Bytes))];

    /// <summary>A new state is told at once, all else at its pace.</summary>
    private bool IsWorthTelling(DownloadStatus status)
    {
        var isRecent = _progressTold is { } told && time.GetElapsedTime(told) < ProgressEvery;
        if (status.State == _stateTold && isRecent) return false;
        _progressTold = time.GetTimestamp();
        _stateTold = status.State;
        if (status.State != TransferState.Paused) _pauseTold = null;
        return true;
    }

    private static RequestEvent.Progress Progress(DownloadStatus status)
    {
        double? eta = status.BytesPerSecond > 0 ? (status.Size - status.DurableBytes) / status.BytesPerSecond : null;
        return new RequestEvent.Progress(
            status.DurableBytes, status.Size, status.BytesPerSecond, eta, Transfers.PhaseOf(status.State),
            Sources(status));
    }

    private static RequestEvent.Completed Completed(Notice.DownloadCompleted completed)
    {
        var (status, sources) = (completed.Status, Sources(completed.Status));
        return new RequestEvent.Completed(
            completed.Path, status.Size, status.Content.ToString(), status.Age.TotalSeconds,
            sources.Sum(source => source.Bytes), status.ResentBytes, sources, completed.AlreadyThere);
    }
}
