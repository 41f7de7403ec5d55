namespace Ferry.Protocol.Values;

/// <summary>
/// A moment at which something of its owner is due; in the queue while it is armed. The owner disarms it at its own
/// end.
/// </summary>
/// <param name="number">Breaks ties: of deadlines at the same moment the one made first comes first.</param>
internal sealed class Deadline(Deadlines queue, object owner, CoreTimer timer, long number)
{
    public object Owner => owner;
    public CoreTimer Timer => timer;
    public long Number => number;

    /// <summary><see cref="Instant.Never"/> while it is not armed.</summary>
    public Instant At { get; internal set; } = Instant.Never;
    public bool IsArmed => At != Instant.Never;

    /// <summary>Its place in the queue, -1 while it has none.</summary>
    internal int Place { get; set; } = -1;

    public void Arm(Instant at) => queue.Arm(this, at);

    public void ArmIfIdle(Instant at)
    {
        if (!IsArmed) Arm(at);
    }

    /// <summary>Arms it for this moment, if it is not armed for an earlier one.</summary>
    public void ArmBy(Instant at)
    {
        if (at < At) Arm(at);
    }

    public void Disarm() => queue.Arm(this, Instant.Never);
}
