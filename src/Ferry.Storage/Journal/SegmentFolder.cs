using System.Buffers;
using System.Globalization;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Journal;

/// <summary>
/// The files of the log: <c>0000000000000007.wal</c>, one of them in use, besides those being created or deleted.
/// </summary>
internal sealed class SegmentFolder(IDisk disk, string folder)
{
    private const string Ending = ".wal";
    private const string NewEnding = ".new";

    private readonly List<string> _warnings = [];
    private readonly List<string> _old = [];
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);
    private long _number;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Where segments are kept that were found damaged, from the next segment on.</summary>
    public IEnumerable<string> DamagedKeptAs => _damaged.Select(AsidePath);

    /// <summary>The newest segment was renamed, but its name may not be durable.</summary>
    public bool NewestIsInDoubt { get; private set; }

    /// <summary>Applies what the segments say; returns the last sequence number that was used.</summary>
    public ulong Read(JournalState state)
    {
        foreach (var path in disk.List(folder))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            if (path.EndsWith(NewEnding, StringComparison.Ordinal)) Folders.DeleteIfPossible(disk, path);
            if (!path.EndsWith(Ending, StringComparison.Ordinal)) continue;
            _number = Math.Max(_number, number);
            _old.Add(path);
        }
        var last = 0UL;
        var pending = new Stack<RecoveredSegment>();
        // The newest segment is complete by itself. Older ones are read only when it is damaged.
        for (var i = _old.Count - 1; i >= 0; i--)
        {
            var segment = ReadSegment(_old[i]);
            pending.Push(segment);
            last = Math.Max(last, segment.LastSequence);
            if (!segment.Damaged) break;
        }
        foreach (var segment in pending)
        {
            foreach (var record in segment.Records) state.Apply(record);
        }
        return last;
    }

    /// <summary>
    /// Makes the next segment of <paramref name="content"/>, whose first bytes are left free for the head.
    /// </summary>
    public IDiskFile Add(ArrayBufferWriter<byte> content, ulong firstSequence)
    {
        var number = ++_number;
        var path = Path.Combine(folder, number.ToString("D16", CultureInfo.InvariantCulture) + Ending);
        var newPath = Path.ChangeExtension(path, NewEnding);
        NewestIsInDoubt = false;
        Folders.Ensure(disk, folder);
        var file = disk.Open(newPath, DiskOpen.OpenOrCreate);
        try
        {
            Span<byte> head = stackalloc byte[JournalFrame.SegmentHeadBytes];
            var snapshotBytes = content.WrittenCount - JournalFrame.SegmentHeadBytes;
            JournalFrame.WriteHead(head, new SegmentHead(number, firstSequence, snapshotBytes));
            file.SetLength(0);
            file.Write(content.WrittenSpan[head.Length..], head.Length);
            file.Write(head, 0);
            file.Flush();
            NewestIsInDoubt = true;
            disk.Rename(newPath, path);
            disk.FlushDirectory(folder);
            NewestIsInDoubt = false;
        }
        catch (DiskException)
        {
            file.Dispose();
            Folders.DeleteIfPossible(disk, newPath);
            if (NewestIsInDoubt) _old.Add(path);
            throw;
        }
        ThrowOldAway();
        _old.Add(path);
        return file;
    }

    private RecoveredSegment ReadSegment(string path)
    {
        using var file = disk.Open(path, DiskOpen.Read);
        var bytes = new byte[(int)Math.Min(file.Length, JournalRecovery.SegmentBytesMax)];
        var segment = JournalRecovery.Read(bytes.AsSpan(0, file.Read(bytes, 0)));
        if (segment.OtherVersion)
            throw new DiskException(
                DiskError.Faulty, $"{path} was written by another version of Ferry: this one cannot read it");
        if (!segment.Damaged) return segment;
        _damaged.Add(path);
        _warnings.Add(
            $"the log {path} is damaged: {segment.Records.Count} entries in it are sound and were kept, others are "
            + $"lost; it is kept as {AsidePath(path)}; what the files of unfinished downloads hold is verified again; "
            + "transfers that are missing now have to be asked for again");
        return segment;
    }

    private string AsidePath(string path) => Path.Combine(folder, "damaged-" + Path.GetFileNameWithoutExtension(path));

    private void ThrowOldAway()
    {
        _old.RemoveAll(path =>
        {
            try
            {
                if (_damaged.Contains(path)) disk.Replace(path, AsidePath(path));
                else disk.Delete(path);
                return true;
            }
            catch (DiskException)
            {
                return false; // An older segment does no harm, since the newest counts; the next compaction deletes it.
            }
        });
    }
}
