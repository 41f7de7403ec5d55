using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>When requesters are asked how things stand, and when they are given up. docs/protocol.md §6.5.</summary>
internal sealed class RequesterWatch(EngineOptions options, SeededRandom random, PathFinder pathTo)
{
    /// <summary>A route may flap: the requester is not asked more often than this.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Each question without a route has the network searched for one. A thousand requesters that are gone would use up
    /// what neighbours pass on of this node, and those that are there would not be found.
    /// </summary>
    private readonly TokenBucket _searches = new(new BucketSize(Burst: 32, PerSecond: 1));

    /// <summary>Enough for the longest time-out.</summary>
    private const int SilencesOfPaused = 30;

    private readonly Backoff _patience = new(options.AckTimeout, options.AckTimeoutMax);

    /// <summary>
    /// Asks the requester how things stand, unless that was done a moment ago. Without a route the message only starts
    /// a search for one, and does not count as having asked.
    /// </summary>
    public void Ask(Instant now, Upload upload, Outbox outbox)
    {
        if (upload.IsPaused) return;
        if (now < upload.MayAskFrom)
        {
            if (upload.Stage is ResumingUpload) upload.Silent.Arm(upload.MayAskFrom);
            else Wait(now, upload);
            return;
        }
        var isReachable = pathTo(upload.Requester) is not null;
        if (isReachable) upload.MayAskFrom = now + AskAgainAfter;
        upload.AskAgain.Arm(now < upload.AskAgainUntil ? now + AskAgainAfter : Instant.Never);
        if (isReachable || _searches.TryTake(now))
        {
            var question = new TransferResume(Envelope.To(upload.Requester), upload.Transfer, upload.Content);
            outbox.Route(upload.Stage.Prove(question));
        }
        Wait(now, upload);
    }

    /// <summary>No ACK made progress for a time-out, twice as long after each.</summary>
    public void OnSilent(Instant now, Upload upload, Outbox outbox)
    {
        upload.Silences++;
        Ask(now, upload, outbox);
    }

    /// <summary>What was in flight to the requester is lost: asks, and again until it has answered.</summary>
    public void OnPathLost(Instant now, Upload upload, Outbox outbox)
    {
        // The other end of the link may notice up to a heartbeat later, and the answer be lost until then.
        upload.AskAgainUntil = now + options.HeartbeatInterval;
        if (now >= upload.MayAskFrom) Ask(now, upload, outbox);
        else upload.AskAgain.Arm(upload.MayAskFrom);
    }

    /// <summary>Restarts the time-out.</summary>
    public void Wait(Instant now, Upload upload) =>
        upload.Silent.Arm(now + random.Jitter(_patience.After(upload.Silences)));

    /// <summary>Restarts the retention: the requester made progress, perhaps before this node started.</summary>
    public void OnProgress(Upload upload)
    {
        if (upload.IsPaused) return;
        upload.GivenUp.Arm(Instant.Max(
            upload.ProgressAt + options.Retention, upload.TakenUpAt + options.RetentionGrace));
    }

    /// <summary>The requester has paused it: it opens a new session when it goes on, and is asked rarely.</summary>
    public void OnPausedThere(Instant now, Upload upload)
    {
        upload.AskAgain.Disarm();
        upload.Silences = SilencesOfPaused;
        Wait(now, upload);
    }
}
