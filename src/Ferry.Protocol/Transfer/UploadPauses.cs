using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Uploads that the user of either end has paused. A pause ends the session and keeps the log entry: whoever goes on
/// says so, and the requester opens a new session. It holds for what goes of a content to a node, whichever session
/// that is by then.
/// </summary>
/// <param name="suspend">Ends the session at this end.</param>
internal sealed class UploadPauses(UploadTable uploads, FinalWords words, RequesterWatch watch, Action<Upload> suspend)
{
    public void OnPause(Instant now, Input.Pause pause, NodeId requester, Outbox outbox)
    {
        foreach (var upload in uploads.Of(requester))
        {
            if (upload.Content != pause.Content || upload.IsPaused == pause.IsPaused) continue;
            outbox.Store(new StorageRequest.PauseUpload(upload.Transfer, pause.IsPaused));
            if (pause.IsPaused) Pause(now, upload, outbox);
            else Resume(now, upload, outbox);
        }
    }

    /// <summary>The entry is durable: true when it was paused meanwhile.</summary>
    public bool OnOpened(Upload upload, Outbox outbox)
    {
        if (upload.IsPaused) Stop(upload, outbox);
        return upload.IsPaused;
    }

    /// <summary>The requester asks for something that is paused here, and is told so.</summary>
    public bool Refuses(Instant now, TransferRequest request, Outbox outbox)
    {
        if (uploads.Logged(request.Content, request.Envelope.Source) is not { IsPaused: true }) return false;
        if (words.MayAnswer(now)) outbox.Route(words.Refuse(request, RefusalReason.Paused));
        return true;
    }

    /// <summary>The requester has paused it.</summary>
    public void OnPausedThere(Instant now, Upload upload)
    {
        if (upload.IsPaused || upload.Stage is OpeningUpload) return;
        upload.IsPausedThere = true;
        suspend(upload);
        watch.OnPausedThere(now, upload);
    }

    private void Stop(Upload upload, Outbox outbox)
    {
        outbox.Route(words.Refuse(upload.Transfer, upload.Content, upload.Requester, RefusalReason.Paused));
        suspend(upload);
    }

    private void Pause(Instant now, Upload upload, Outbox outbox)
    {
        upload.Pause(now);
        // What is not in the log yet is stopped once it is there.
        if (upload.Stage is not OpeningUpload) Stop(upload, outbox);
    }

    private void Resume(Instant now, Upload upload, Outbox outbox)
    {
        upload.IsPaused = false;
        watch.OnProgress(upload);
        watch.Ask(now, upload, outbox);
    }
}
