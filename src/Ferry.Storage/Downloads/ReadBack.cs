using System.Buffers;
using System.IO.Hashing;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Reads a whole partial file back before it gets its final name, and compares it with what was verified: another
/// program may have written into it since, or the disk may have lost something.
///
/// A chunk that came in this run of the node is compared by an XxHash128 of the bytes whose SHA-256 was right. That
/// takes less time than a SHA-256, and suffices against accidents; against a program that forges bytes nothing
/// would, since it can as well wait until the file has its name. A chunk from before is verified by its SHA-256.
///
/// Not thread-safe but for <see cref="SumOf"/>: <see cref="PartialFile"/> locks.
/// </summary>
internal sealed class ReadBack(Manifest manifest, string path)
{
    private readonly ChunkMap _isKnown = new(manifest.Layout.ChunkCount);

    /// <summary>Empty until the first chunk comes: many downloads may wait for one.</summary>
    private UInt128[] _sums = [];

    public static UInt128 SumOf(ReadOnlySpan<byte> chunk) => XxHash128.HashToUInt128(chunk);

    /// <summary>A verified chunk has this sum.</summary>
    public void Add(int chunk, UInt128 sum)
    {
        if (_sums.Length == 0) _sums = new UInt128[manifest.Layout.ChunkCount];
        _sums[chunk] = sum;
        _isKnown.Add(chunk);
    }

    /// <summary>Flushes the file and reads all of it.</summary>
    /// <returns>The stamp that the file had all the while; null when it was stopped.</returns>
    /// <exception cref="DiskException">The disk fails, or the file is not what was written.</exception>
    public FileStamp? Run(IDiskFile file, Func<bool> isStopped)
    {
        file.Flush();
        var stamp = file.Stamp();
        if (stamp.Length != manifest.Layout.ContentBytes) throw Changed("changed the length of");
        if (CountLost(file, isStopped) is not { } lost) return null;
        if (lost > 0) throw Changed($"changed {lost} chunks of");
        return file.Stamp() == stamp ? stamp : throw Changed("went on writing to");
    }

    public DiskException Changed(string how) =>
        new(DiskError.Changed, $"another program or the disk {how} {path}");

    /// <summary>How many chunks are not what they were; null when it was stopped before the end.</summary>
    private int? CountLost(IDiskFile file, Func<bool> isStopped)
    {
        var layout = manifest.Layout;
        var buffer = ArrayPool<byte>.Shared.Rent(layout.ChunkBytes);
        try
        {
            var lost = 0;
            for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
            {
                if (isStopped()) return null;
                var bytes = buffer.AsSpan(0, layout.LengthOf(chunk));
                if (file.Read(bytes, layout.OffsetOf(chunk)) != bytes.Length || !IsRight(chunk, bytes)) lost++;
            }
            return lost;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool IsRight(int chunk, ReadOnlySpan<byte> bytes) =>
        _isKnown.Contains(chunk) ? _sums[chunk] == SumOf(bytes) : Zeros.Verify(manifest, chunk, bytes);
}
