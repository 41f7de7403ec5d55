using Ferry.Storage.Disk;

namespace Ferry.TestKit.Disks;

/// <summary>What is wrong with a disk at present. All off unless a scenario switches it on.</summary>
internal sealed class DiskFaults
{
    /// <summary>Bytes the disk holds.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>One write in this many fails; 0 for none.</summary>
    public int WriteFailsOneIn { get; set; }

    /// <summary>One flush in this many fails, and what it should have kept is dropped; 0 for none.</summary>
    public int FlushFailsOneIn { get; set; }

    /// <summary>One read in this many fails; 0 for none.</summary>
    public int ReadFailsOneIn { get; set; }

    /// <summary>Nothing under this path can be written; null when all can.</summary>
    public string? ReadOnlyUnder { get; set; }

    /// <summary>What an operation on a path fails with; null when it does not.</summary>
    public Func<DiskOperation, string, DiskError?> Rule { get; set; } = (_, _) => null;

    /// <summary>How many times longer everything takes.</summary>
    public int Slowness { get; set; } = 1;

    /// <summary>Microseconds that each flush takes besides.</summary>
    public long FlushMicroseconds { get; set; }

    public void Clear()
    {
        FlushMicroseconds = 0;
        (CapacityBytes, WriteFailsOneIn, FlushFailsOneIn, Slowness) = (long.MaxValue, 0, 0, 1);
        (ReadFailsOneIn, ReadOnlyUnder, Rule) = (0, null, (_, _) => null);
    }
}
