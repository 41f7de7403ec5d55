using Ferry.TestKit.Disks;

namespace Ferry.Tests.Runtime.Workers;

/// <summary>Lets operations of one kind wait at the disk until they are released.</summary>
internal sealed class DiskHold : IDisposable
{
    private volatile bool _isReleased;
    private int _begun;

    /// <param name="isHeld">Of which files; null for all.</param>
    public DiskHold(SimDisk disk, DiskOperation kind, Func<string, bool>? isHeld = null) =>
        disk.Faults.Rule = (operation, path) =>
    {
        if (operation != kind || isHeld?.Invoke(path) == false) return null;
        Interlocked.Increment(ref _begun);
        SpinWait.SpinUntil(() => _isReleased, Patience.Limit);
        return null;
    };

    /// <summary>Operations that wait or have waited.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public Task WhenBegunAsync(int operations = 1) => Patience.UntilAsync(() => Begun >= operations);

    public void Release() => _isReleased = true;

    public void Dispose() => Release();
}
