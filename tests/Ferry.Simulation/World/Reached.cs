namespace Ferry.Simulation.World;

/// <summary>Rare states that a set of runs must have seen, so that it cannot pass by doing nothing.</summary>
internal enum Rare
{
    /// <summary>A node said something false, in another's name.</summary>
    Lie,

    /// <summary>A liar said for a requester what it has.</summary>
    ForgedAck,

    /// <summary>A liar claimed a way to another node, or asked in its name.</summary>
    ClaimedRoute,

    /// <summary>A liar dropped what it should have passed on.</summary>
    DroppedByLiar,

    /// <summary>A liar held back what it should have passed on.</summary>
    DelayedByLiar,

    /// <summary>A liar changed a body that it passed on.</summary>
    FlippedBody,

    /// <summary>A requester that restarted went on with chunks it had.</summary>
    ResumedDownload,

    /// <summary>A holder that restarted found an entry in its log and asked the requester about it.</summary>
    ResumedUpload,

    /// <summary>
    /// The pieces of a running transfer began to leave the holder or reach the requester by way of another neighbour.
    /// </summary>
    ReroutedTransfer,

    /// <summary>A power cut tore a write to a log.</summary>
    TornLogTail,

    /// <summary>A download waited for the disk and went on.</summary>
    StalledDownload,

    /// <summary>A requester got a piece of a chunk it had in full.</summary>
    DuplicatePiece,

    /// <summary>A flush failed and its pages were dropped.</summary>
    FailedFlush,

    /// <summary>A link died without a word and the heartbeats found it out.</summary>
    SilentDeath,

    /// <summary>A relay had a body on its way when it crashed.</summary>
    RelayCrashedLoaded,

    /// <summary>A node left in an orderly way with a transfer running, and came back.</summary>
    LeftAndRejoined,

    /// <summary>One content came from several holders.</summary>
    SeveralHolders,

    /// <summary>A node that had crashed answered with the receipt of a download that ended before.</summary>
    LateReceipt,

    /// <summary>A start made the log smaller than it was.</summary>
    CompactedWhileRecovering,

    /// <summary>A start found damage in the middle of the log, and said so.</summary>
    DamagedLog,

    /// <summary>A node could not use its home, and tried again later.</summary>
    CouldNotStart,

    /// <summary>A chunk had rotted, and was fetched again.</summary>
    RottenChunk,

    /// <summary>A cancel came when the file was just being finished: too late, and that was said.</summary>
    CancelRacedTheEnd,
    CancelledByRequester,
    CancelledByHolder,
    PausedByRequester,
    PausedByHolder,
    AskedTwice,
    ReplayedMessage,
    ClockWentForward,
    ClockWentBack,

    /// <summary>A requester came back with nothing and asked for all again.</summary>
    CameBackEmpty,

    /// <summary>A holder's file had changed when it was to be sent.</summary>
    SourceChanged,

    /// <summary>A holder could not log a transfer, and refused it for now.</summary>
    LogUnavailable,

    /// <summary>A read failed.</summary>
    FailedRead,

    /// <summary>A relay was gone for good, and its work was done over another path within 2 s.</summary>
    ReplacedPath,

    /// <summary>A transfer without a sign of the other side was given up.</summary>
    GivenUp,

    /// <summary>The link that carried a transfer went, and another to the same neighbour took over.</summary>
    HandedOver,

    /// <summary>Two links to one neighbour carried one transfer, in turns.</summary>
    Bonded,

    /// <summary>A piece that arrived found no room before the disk, and was dropped.</summary>
    BusyPersisting,

    /// <summary>A transfer, a manifest or a note found no room before the log.</summary>
    BusyLogging,

    /// <summary>A query found no room before the index of shares.</summary>
    BusySearching,

    /// <summary>A piece to be sent found no room before the disk.</summary>
    BusyReading,

    /// <summary>More messages waited for a neighbour than may wait: the oldest was dropped.</summary>
    MessageDropped,

    /// <summary>More bodies waited for a neighbour than may wait: one was dropped.</summary>
    BodyDropped,

    /// <summary>A link that was being closed had not come to its end when the time was over.</summary>
    LinkCutOff,
}

internal sealed class Reached
{
    private readonly SortedDictionary<Rare, int> _counts = [];

    public IReadOnlyDictionary<Rare, int> Counts => _counts;

    public void Note(Rare state) => _counts[state] = _counts.GetValueOrDefault(state) + 1;

    public void Merge(Reached other)
    {
        foreach (var (state, count) in other._counts) _counts[state] = _counts.GetValueOrDefault(state) + count;
    }
}
