namespace Ferry.Storage.Disk;

public sealed class DiskException(DiskError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public DiskError Error { get; } = error;
}

public enum DiskError { NotFound, Exists, Full, NotWritable, BadPath, Faulty }
