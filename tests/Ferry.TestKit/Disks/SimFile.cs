using Ferry.Storage.Disk;

namespace Ferry.TestKit.Disks;

/// <summary>
/// What a file's inode holds, twice: as programs see it and as a power cut would leave it. Writes and length changes
/// stand between the two until they are flushed. A crash keeps an arbitrary subset of the 512-byte sectors
/// written since.
/// </summary>
internal sealed class SimFile(ulong inode)
{
    public const int SectorBytes = 512;

    private readonly List<Change> _unflushed = [];
    private Bytes _seen = new();
    private Bytes _durable = new();

    public ulong Inode { get; } = inode;
    public long Length => _seen.Length;

    /// <summary>Room in use: a hole takes none until it is written to or reserved.</summary>
    public long UsedBytes => _seen.AllocatedBytes;
    public long ModifiedTicks { get; set; }
    public int Mode { get; set; }

    /// <summary>Of a symbolic link, which has no bytes.</summary>
    public string? LinkTarget { get; init; }
    public int DurableLength => _durable.Length;
    public FileStamp Stamp => new(Length, ModifiedTicks, Inode, ModifiedTicks);
    public bool HasUnflushed => _unflushed.Count > 0;
    public ReadOnlySpan<byte> Seen => _seen.Span;

    /// <summary>What <see cref="UsedBytes"/> would be after a write.</summary>
    public long UsedBytesAfter(long offset, int count) =>
        _seen.AllocatedBytes + _seen.HoleBytes(offset, count);

    public int Read(Span<byte> destination, long offset)
    {
        var count = (int)Math.Clamp(_seen.Length - offset, 0, destination.Length);
        if (count > 0) _seen.Span.Slice((int)offset, count).CopyTo(destination);
        return count;
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        _seen.Write(source, offset);
        _unflushed.Add(new Change(offset, source.ToArray()));
    }

    public void WriteZeros(long offset, long length)
    {
        var hole = new Change(offset, new byte[length], IsHole: true);
        hole.Apply(_seen);
        _unflushed.Add(hole);
    }

    /// <summary>A power cut forgets it.</summary>
    public void Reserve(long offset, long length) => _seen.Allocate(offset, checked((int)length));

    public void SetLength(long length)
    {
        _seen.SetLength(length);
        _unflushed.Add(new Change(length, null));
    }

    public void Flush()
    {
        foreach (var change in _unflushed) change.Apply(_durable);
        _unflushed.Clear();
    }

    /// <summary>
    /// A flush that failed: the kernel forgets that the pages were dirty, so that no later flush writes them. They may
    /// go on to be seen (<paramref name="keepSeen"/>) or be read back from the device as they were.
    /// </summary>
    public void FailFlush(bool keepSeen)
    {
        _unflushed.Clear();
        if (!keepSeen) ReadBack();
    }

    /// <summary>The kernel reads back what it need not write.</summary>
    public void ForgetCache()
    {
        if (!HasUnflushed) ReadBack();
    }

    /// <summary>True when a write was torn: some of its sectors are kept and some not.</summary>
    public bool Crash(PowerCutLosses losses)
    {
        var torn = false;
        // Chance alone would hardly ever lose or keep all of many sectors.
        var mode = losses.IsByChance && HasUnflushed ? losses.Choose(4) : -1;
        foreach (var change in _unflushed)
        {
            if (mode == 0) continue;
            if (mode == 1) change.Apply(_durable);
            else torn |= change.ApplySome(_durable, losses);
        }
        _unflushed.Clear();
        _seen = _durable.Copy();
        return torn;
    }

    /// <summary>A bit on the device is not what was written any more.</summary>
    public void Rot(int at, int bit)
    {
        _durable.Flip(at, bit);
        ReadBack();
    }

    /// <summary>The bytes that the device has are seen; what was reserved still is.</summary>
    private void ReadBack()
    {
        var before = _seen;
        _seen = _durable.Copy();
        _seen.AllocateAsIn(before);
    }

    /// <summary>The file as the cruellest power cut leaves it.</summary>
    public SimFile DurableCopy() =>
        new(Inode)
        {
            _seen = _durable.Copy(), _durable = _durable.Copy(), ModifiedTicks = ModifiedTicks, Mode = Mode,
            LinkTarget = LinkTarget,
        };

    /// <param name="At">Offset of a write, or the new length.</param>
    /// <param name="IsHole">Zeros that take no room.</param>
    private readonly record struct Change(long At, byte[]? Written, bool IsHole = false)
    {
        public void Apply(Bytes bytes)
        {
            if (Written is null) bytes.SetLength(At);
            else bytes.Write(Written, At);
            if (IsHole && Written is not null) bytes.Free(At, Written.Length);
        }

        public bool ApplySome(Bytes bytes, PowerCutLosses losses)
        {
            if (Written is null)
            {
                if (losses.Choose(2) == 1) bytes.SetLength(At);
                return false;
            }
            int kept = 0, lost = 0;
            for (var from = 0; from < Written.Length;)
            {
                var sectorEnd = ((At + from) / SectorBytes + 1) * SectorBytes;
                var count = (int)Math.Min(sectorEnd - (At + from), Written.Length - from);
                if (losses.Choose(2) == 1)
                {
                    bytes.Write(Written.AsSpan(from, count), At + from);
                    kept++;
                }
                else
                {
                    lost++;
                }
                from += count;
            }
            return kept > 0 && lost > 0;
        }
    }

    private sealed class Bytes
    {
        private const int GrowthMax = 16 << 20;

        private byte[] _bytes = [];
        private bool[] _isAllocated = [];

        /// <summary>Sectors that were written to.</summary>
        public long AllocatedBytes { get; private set; }

        public int Length { get; private set; }
        public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            var end = checked((int)(offset + source.Length));
            if (end > Length) SetLength(end);
            source.CopyTo(_bytes.AsSpan((int)offset));
            AllocatedBytes += HoleBytes(offset, source.Length);
            foreach (var sector in Sectors(offset, source.Length)) _isAllocated[sector] = true;
        }

        public void Allocate(long offset, int count)
        {
            AllocatedBytes += HoleBytes(offset, count);
            foreach (var sector in Sectors(offset, count))
            {
                if (sector >= _isAllocated.Length) Array.Resize(ref _isAllocated, sector + 1);
                _isAllocated[sector] = true;
            }
        }

        public void AllocateAsIn(Bytes other)
        {
            for (var sector = 0; sector < other._isAllocated.Length; sector++)
                if (other._isAllocated[sector]) Allocate((long)SectorBytes * sector, 1);
        }

        /// <summary>The sectors that lie within as a whole.</summary>
        public void Free(long offset, int count)
        {
            var first = (offset + SectorBytes - 1) / SectorBytes;
            for (var sector = (int)first; (sector + 1L) * SectorBytes <= offset + count; sector++)
            {
                if (_isAllocated[sector]) AllocatedBytes -= SectorBytes;
                _isAllocated[sector] = false;
            }
        }

        public long HoleBytes(long offset, int count) => SectorBytes * Sectors(offset, count)
            .LongCount(sector => sector >= _isAllocated.Length || !_isAllocated[sector]);

        public void Flip(int at, int bit) => _bytes[at] ^= (byte)(1 << bit);

        public void SetLength(long length)
        {
            var wanted = checked((int)length);
            if (wanted > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(wanted, Math.Min(2 * _bytes.Length, GrowthMax)));
            if (wanted < Length) _bytes.AsSpan(wanted, Length - wanted).Clear();
            Length = wanted;
            var sectors = (wanted + SectorBytes - 1) / SectorBytes;
            if (sectors < _isAllocated.Length)
                AllocatedBytes -= SectorBytes * _isAllocated.AsSpan(sectors).Count(true);
            Array.Resize(ref _isAllocated, sectors);
        }

        public Bytes Copy() => new()
        {
            _bytes = Span.ToArray(), _isAllocated = [.. _isAllocated], AllocatedBytes = AllocatedBytes, Length = Length,
        };

        private static IEnumerable<int> Sectors(long offset, int count)
        {
            if (count == 0) yield break;
            var last = (int)((offset + count - 1) / SectorBytes);
            for (var sector = (int)(offset / SectorBytes); sector <= last; sector++) yield return sector;
        }
    }
}
