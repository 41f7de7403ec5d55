namespace Ferry.Storage.Disk;

public sealed class DiskException(DiskError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public DiskError Error { get; } = error;
}

/// <summary>
/// <c>Changed</c>: nothing was refused, but what is read is not what was written.
/// <c>TooLarge</c>: the file system, or a limit of the process, takes no file of that size.
/// <c>Away</c>: it is not mounted. <c>Malformed</c>: the bytes are the ones that were asked for, and are no folder.
/// </summary>
public enum DiskError { NotFound, Exists, Full, NotWritable, TooLarge, BadPath, Faulty, Changed, Away, Malformed }
