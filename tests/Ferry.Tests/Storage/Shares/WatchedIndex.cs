using Ferry.Storage.Shares;

namespace Ferry.Tests.Storage.Shares;

/// <summary>Waits for an index that changes by itself: looks again at each change, and at nothing else.</summary>
internal sealed class WatchedIndex : IDisposable
{
    private readonly ShareIndex _index;
    private readonly SemaphoreSlim _changed = new(0);

    internal WatchedIndex(ShareIndex index)
    {
        _index = index;
        _index.Updated += Release;
    }

    /// <summary>The names on offer, in order.</summary>
    internal string Ready() => string.Join(
        ' ', _index.List().Where(file => file.State == ShareState.Ready).Select(file => file.Name).Order());

    internal async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            if (!await _changed.WaitAsync(Patience.Limit)) throw new TimeoutException($"on offer is {Ready()}");
        }
    }

    public void Dispose()
    {
        _index.Updated -= Release;
        _changed.Dispose();
    }

    private void Release(object? sender, EventArgs change) => _changed.Release();
}
