using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// How many uploads there may be, and which makes room for another one. Only chunks and bytes that were delivered make
/// use of a place: words alone cost their sender nothing.
/// </summary>
internal sealed class UploadPlaces(KeyedIds ids)
{
    /// <summary>Sessions with keys: what they have queued takes memory, and they share the links.</summary>
    public const int RunningMax = 512;

    /// <summary>All, with those that wait for their requester: each is an entry of the log.</summary>
    public const int LoggedMax = 4096;

    /// <summary>Of one requester: a folder's files may be asked for at once.</summary>
    public const int OfOneMax = RunningMax / 4;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private readonly FairPlaces<Upload> _running = new(ids);
    private readonly FairPlaces<Upload> _all = new(ids);

    /// <param name="via">The neighbour over which it was requested; none for one found in the log.</param>
    public void Add(NodeId via, Upload upload)
    {
        _all.Add(via, upload);
        if (upload.Stage is not ResumingUpload) _running.Add(via, upload);
    }

    public void OnDelivered(Upload upload)
    {
        _all.OnUsed(upload);
        _running.OnUsed(upload);
    }

    public void OnSuspended(Upload upload) => _running.Remove(upload);

    public void Remove(Upload upload)
    {
        _all.Remove(upload);
        _running.Remove(upload);
    }

    public bool HasRoom(Instant now, NodeId via) =>
        (_running.Count < RunningMax || ToSuspend(now, via) is not null)
        && (_all.Count < LoggedMax || ToEnd(now, via) is not null);

    /// <summary>Its keys go, and it stays in the log. Null while there is room.</summary>
    public Upload? ToSuspend(Instant now, NodeId via) => WhoMakesRoom(_running, RunningMax, now, via);

    /// <summary>Its entry goes: its requester asks anew when it comes back. Null while there is room.</summary>
    public Upload? ToEnd(Instant now, NodeId via) => WhoMakesRoom(_all, LoggedMax, now, via);

    private static Upload? WhoMakesRoom(FairPlaces<Upload> places, int max, Instant now, NodeId via) =>
        places.Count < max ? null : places.WhoMakesRoom(via, upload => now - upload.ProgressAt >= Idle);
}
