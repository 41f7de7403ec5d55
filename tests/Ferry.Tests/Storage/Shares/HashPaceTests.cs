using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

/// <summary>A file that goes on growing is not hashed over and over.</summary>
public sealed class HashPaceTests : IAsyncDisposable
{
    private static readonly ShareRoot Root = new(1, "/music", "/music", false);
    private readonly TestClock _time = new();
    private readonly PendingWork _pending = new();
    private readonly ScanQueue _queue;
    private readonly HashPace _pace;
    private long _length;

    public HashPaceTests()
    {
        _queue = new ScanQueue(_pending, _time);
        _pace = new HashPace(_time, _queue, _pending);
    }

    public async ValueTask DisposeAsync()
    {
        await _pace.DisposeAsync();
        _queue.Dispose();
    }

    [Fact]
    public void File_that_is_new_or_hashed_for_the_first_time_never_waits()
    {
        for (var time = 0; time < 5; time++) Assert.True(_pace.IsDue(Grown(), hasChanged: false));
    }

    [Fact]
    public void Waits_double_while_the_file_grows()
    {
        Assert.True(_pace.IsDue(Grown(), hasChanged: true));
        for (var wait = HashPace.FirstWait; wait < HashPace.WaitMax; wait *= 2) AssertWaits(wait);
        AssertWaits(HashPace.WaitMax);
        AssertWaits(HashPace.WaitMax);
    }

    [Fact]
    public void File_that_was_left_alone_is_hashed_at_once()
    {
        Assert.True(_pace.IsDue(Grown(), hasChanged: true));
        AssertWaits(HashPace.FirstWait);
        AssertWaits(2 * HashPace.FirstWait);
        _time.Advance(9 * HashPace.FirstWait);
        Assert.True(_pace.IsDue(Grown(), hasChanged: true));
        AssertWaits(HashPace.FirstWait);
    }

    [Fact]
    public void Same_bytes_are_hashed_whenever_somebody_asks()
    {
        var entry = Grown();
        Assert.True(_pace.IsDue(entry, hasChanged: true));
        Assert.True(_pace.IsDue(entry, hasChanged: false));
    }

    [Fact]
    public async Task Waiting_counts_as_work_that_is_not_done()
    {
        Assert.True(_pace.IsDue(Grown(), hasChanged: true));
        Assert.False(_pace.IsDue(Grown(), hasChanged: true));
        var idle = _pending.WhenNone();
        Assert.False(idle.IsCompleted);
        _time.Advance(HashPace.FirstWait);
        Assert.Equal(["/music/a"], _queue.Take(CancellationToken.None).Paths);
        _queue.Done(Root);
        await idle.WaitAsync(Patience.Limit);
    }

    /// <summary>Refused at every change until the wait is over; then the file is looked at again by itself.</summary>
    private void AssertWaits(TimeSpan wait)
    {
        Assert.False(_pace.IsDue(Grown(), hasChanged: true));
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(_pace.IsDue(Grown(), hasChanged: true));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["/music/a"], _queue.Take(CancellationToken.None).Paths);
        _queue.Done(Root);
        Assert.True(_pace.IsDue(Grown(), hasChanged: true), $"after {wait}");
    }

    private FileEntry Grown() => new(
        Root, "/music/a", new FileStamp(++_length, 1, 1, 1), ShareState.Hashing, null, null);
}
