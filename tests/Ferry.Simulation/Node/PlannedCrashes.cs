using Ferry.Simulation.World;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Node;

/// <summary>At which of its operations or deliveries a node's power is to go; counts both.</summary>
internal sealed class PlannedCrashes(SimDisk disk)
{
    private long _atDelivery;
    private int _againAfter;

    /// <summary>Messages that have arrived so far.</summary>
    public long Deliveries { get; private set; }

    /// <summary>How long the node stays down after a power cut that was planned.</summary>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Told when a planned power cut has come.</summary>
    public Action? Fell { get; set; }

    public void Plan(CrashPoint point)
    {
        if (point.Moment == CrashMoment.Delivery) _atDelivery = point.Number;
        else disk.CrashAt = point.Number;
        disk.CrashOutcome = point.Outcome;
        _againAfter = point.Again;
    }

    /// <summary>A message arrives. True when the power is to go just then.</summary>
    public bool IsDueAtDelivery() => ++Deliveries == _atDelivery;

    /// <summary>The node comes up once more: perhaps not for long.</summary>
    public void Restarting()
    {
        if (_againAfter > 0) disk.CrashAt = disk.Operations + _againAfter;
        _againAfter = 0;
    }

    /// <summary>The node is down. True when a crash was planned, this one or one that cannot come any more.</summary>
    public bool TakeDown()
    {
        var planned = disk.CrashAt > 0 || _atDelivery > 0;
        _atDelivery = 0;
        return planned;
    }

    public void Tell()
    {
        var fell = Fell;
        Fell = null;
        fell?.Invoke();
    }
}
