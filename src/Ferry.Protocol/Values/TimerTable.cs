namespace Ferry.Protocol.Values;

/// <summary>Every timer of the core, with its reason. The figures are in docs/protocol.md §8.</summary>
internal enum CoreTimer
{
    /// <summary>A neighbour shall show a sign of life.</summary>
    Heartbeat,

    /// <summary>
    /// A neighbour that said nothing for so long is gone: kernels notice a lost radio link late or never.
    /// </summary>
    LinkDead,

    /// <summary>A ring of a search has had time to answer.</summary>
    SearchRing,

    /// <summary>A route request found nobody: ask again.</summary>
    RouteRetry,

    /// <summary>Old routes, queries and tallies go.</summary>
    Housekeeping,

    /// <summary>A holder has had no ACK for long: send again, ask.</summary>
    UploadSilent,

    /// <summary>Durable chunks wait to be ACKed together.</summary>
    AckDue,

    /// <summary>A lane that should deliver does not.</summary>
    LaneStalled,

    /// <summary>A lane that failed may be tried again.</summary>
    LaneRetry,

    /// <summary>A manifest that should come does not.</summary>
    ManifestStalled,

    /// <summary>A download without enough holders looks for some.</summary>
    HolderSearch,

    /// <summary>A download that waits for the disk tries it again.</summary>
    DiskRetry,

    /// <summary>People want to see progress.</summary>
    ProgressReport,
}

/// <summary>Deadlines as data: no callbacks, nothing to dispose, nothing that can race.</summary>
internal sealed class TimerTable
{
    private static readonly int Count = Enum.GetValues<CoreTimer>().Length;
    private readonly Instant[] _due = NewTable();

    public Instant Next { get; private set; } = Instant.Never;

    public bool IsArmed(CoreTimer timer) => _due[(int)timer] != Instant.Never;

    public void Arm(CoreTimer timer, Instant at)
    {
        _due[(int)timer] = at;
        Next = _due.Min();
    }

    public void ArmIfIdle(CoreTimer timer, Instant at)
    {
        if (!IsArmed(timer)) Arm(timer, at);
    }

    public void Disarm(CoreTimer timer) => Arm(timer, Instant.Never);

    /// <summary>True once for each arming, when its moment has come.</summary>
    public bool TakeIfDue(CoreTimer timer, Instant now)
    {
        if (_due[(int)timer] > now) return false;
        Disarm(timer);
        return true;
    }

    private static Instant[] NewTable()
    {
        var table = new Instant[Count];
        Array.Fill(table, Instant.Never);
        return table;
    }
}
