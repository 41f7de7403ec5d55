namespace Ferry.Storage.Shares;

/// <summary>
/// What the last walk over each root left out, and who waits for the next one. A waiter is served by a walk that began
/// after it came, so that it sees what was there when it asked. Safe for several threads.
/// </summary>
internal sealed class RootWalks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ShareRoot, LeftOut> _leftOut = [];
    private readonly Dictionary<ShareRoot, TaskCompletionSource> _waiting = [];

    /// <summary>
    /// Completes when a walk over the root that has not begun yet has ended, or the root is shared no more.
    /// </summary>
    internal Task Next(ShareRoot root)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(root, out var waiter))
                _waiting[root] = waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiter.Task;
        }
    }

    internal LeftOut LeftOutOf(ShareRoot root)
    {
        lock (_gate) return _leftOut.GetValueOrDefault(root) ?? new LeftOut();
    }

    /// <param name="walk">Fills what it leaves out in.</param>
    internal void Run(ShareRoot root, Action<LeftOut> walk)
    {
        TaskCompletionSource? waiter;
        lock (_gate) _waiting.Remove(root, out waiter);
        var leftOut = new LeftOut();
        walk(leftOut);
        lock (_gate) _leftOut[root] = leftOut;
        waiter?.SetResult();
    }

    /// <summary>It is shared no more: nobody waits for its next walk any longer.</summary>
    internal void Forget(ShareRoot root)
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            _leftOut.Remove(root);
            _waiting.Remove(root, out waiter);
        }
        waiter?.SetResult();
    }
}
