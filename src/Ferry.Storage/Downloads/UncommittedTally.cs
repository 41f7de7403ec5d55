namespace Ferry.Storage.Downloads;

/// <summary>Bytes written but not durable, over all files.</summary>
internal sealed class UncommittedTally
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
