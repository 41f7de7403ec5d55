using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Uploads;

/// <summary>The bytes of a shared content: of one file, or of a folder's files. For several threads at once.</summary>
internal interface ISourceBytes : IDisposable
{
    /// <summary>Null when the destination was filled with bytes of what was shared.</summary>
    /// <exception cref="DiskException">They cannot be read.</exception>
    RefusalReason? Read(Span<byte> destination, long offset);
}

/// <inheritdoc/>
internal sealed class FileSource(IDiskFile file, FileStamp stamp) : ISourceBytes
{
    public RefusalReason? Read(Span<byte> destination, long offset)
    {
        var read = file.Read(destination, offset);
        var isAsItWas = file.Stamp().HasBytesOf(stamp) && read == destination.Length;
        return isAsItWas ? null : RefusalReason.SourceChanged;
    }

    public void Dispose() => file.Dispose();
}

/// <inheritdoc/>
internal sealed class FolderSource(FolderBytes bytes) : ISourceBytes
{
    public RefusalReason? Read(Span<byte> destination, long offset) => bytes.Read(destination, offset);

    public void Dispose()
    {
        // Each file is open only while it is read.
    }
}
