using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Shares;

internal abstract record HashOutcome
{
    private HashOutcome() { }

    internal sealed record Done(Manifest Manifest) : HashOutcome;

    /// <summary>The file's stamp was another before, during or after the reading.</summary>
    internal sealed record Changed : HashOutcome;

    internal sealed record Gone : HashOutcome;

    internal sealed record Failed(string Reason) : HashOutcome;
}

/// <summary>
/// Hashes a file chunk by chunk, with one buffer for all files and leaves kept in place, so that memory is flat: 4 MiB,
/// and 32 bytes a chunk. The stamp is compared before and after, and every 64 MiB between: hashing a long file that is
/// being written would be wasted.
/// </summary>
internal sealed class FileHasher
{
    private const long CheckEveryBytes = 64L << 20;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ChunkLayout.ChunkBytesMax);

    /// <param name="hashed">Called after each chunk with the bytes hashed so far.</param>
    internal HashOutcome Hash(string path, FileStamp stamp, Action<long> hashed, CancellationToken cancel)
    {
        try
        {
            // A link put in the file's place, or another file, shows in the stamp of the path.
            if (FileStamps.OfFile(path) is not { } found) return new HashOutcome.Gone();
            if (found != stamp) return new HashOutcome.Changed();
            using var file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.SequentialScan);
            if (!FileStamps.IsOf(file, path, stamp)) return new HashOutcome.Changed();
            var layout = ChunkLayout.For(stamp.Length);
            var leaves = new byte[layout.ChunkCount * Bytes32.Length];
            long sinceCheck = 0;
            for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
            {
                cancel.ThrowIfCancellationRequested();
                var bytes = _buffer.AsSpan(0, layout.LengthOf(chunk));
                if (!TryFill(file, bytes, layout.OffsetOf(chunk))) return new HashOutcome.Changed();
                if (chunk == 0 && NodeKeys.IsKey(bytes)) return new HashOutcome.Failed(IsKey(path));
                Zeros.Hash(bytes, leaves.AsSpan(chunk * Bytes32.Length, Bytes32.Length));
                hashed(layout.OffsetOf(chunk) + bytes.Length);
                sinceCheck += bytes.Length;
                if (sinceCheck < CheckEveryBytes) continue;
                if (FileStamps.OfFile(path) != stamp) return new HashOutcome.Changed();
                sinceCheck = 0;
            }
            return FileStamps.OfFile(path) == stamp
                ? new HashOutcome.Done(Manifest.Create(stamp.Length, leaves)) : new HashOutcome.Changed();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new HashOutcome.Gone();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new HashOutcome.Failed(
                $"{path} cannot be read ({exception.Message}): give this user the right to, or unshare it");
        }
    }

    private static string IsKey(string path) =>
        $"{path} is a private key, as nodes have them, and is never offered: move it out of the share";

    private static bool TryFill(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> bytes, long offset)
    {
        for (var filled = 0; filled < bytes.Length;)
        {
            var read = RandomAccess.Read(file, bytes[filled..], offset + filled);
            if (read == 0) return false;
            filled += read;
        }
        return true;
    }
}
