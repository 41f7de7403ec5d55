namespace Ferry.Storage.Disk;

public sealed class DiskException(DiskError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public DiskError Error { get; } = error;
}

/// <summary>
/// <c>Changed</c>: nothing was refused, but what is read is not what was written.
/// </summary>
public enum DiskError { NotFound, Exists, Full, NotWritable, BadPath, Faulty, Changed }
