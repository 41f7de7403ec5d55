namespace Ferry.Storage.Downloads;

/// <summary>What is written but not durable, over all files.</summary>
internal sealed class UncommittedTally
{
    private long _bytes;
    private volatile bool _hasWhole;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>All chunks of a file have been written since the last commit started.</summary>
    public bool HasWhole => _hasWhole;

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void AddWhole() => _hasWhole = true;

    /// <summary>A commit starts, and takes what is whole along.</summary>
    public void Start() => _hasWhole = false;
}
