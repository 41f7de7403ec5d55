using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>
/// The disk must forget exactly what a real one may forget: otherwise the other tests prove too much or nothing.
/// </summary>
public sealed class SimDiskTests
{
    private const string File = "/f/a";

    [Fact]
    public void What_was_flushed_survives_every_crash()
    {
        EachSeed((disk, _) =>
        {
            Write(disk, File, [1, 2, 3], flush: true);
            disk.FlushDirectory("/f");
            Restart(disk);
            Assert.Equal([1, 2, 3], Read(disk, File));
        });
    }

    [Fact]
    public void A_name_that_was_not_flushed_is_sometimes_lost_and_sometimes_kept()
    {
        var kept = EachSeed((disk, _) =>
        {
            Write(disk, File, [1], flush: true);
            Restart(disk);
            return disk.FileExists(File);
        });
        Assert.Contains(true, kept);
        Assert.Contains(false, kept);
    }

    [Fact]
    public void Bytes_that_were_not_flushed_are_sometimes_lost_and_sometimes_kept()
    {
        var lengths = EachSeed((disk, _) =>
        {
            Write(disk, File, [1], flush: false);
            disk.FlushDirectory("/f");
            Restart(disk);
            return Read(disk, File).Length;
        });
        Assert.Contains(0, lengths);
        Assert.Contains(1, lengths);
    }

    [Fact]
    public void A_write_tears_only_between_sectors()
    {
        var torn = EachSeed((disk, _) =>
        {
            Write(disk, File, new byte[4 * SimFile.SectorBytes], flush: true);
            disk.FlushDirectory("/f");
            Write(disk, File, [.. Enumerable.Repeat((byte)7, 4 * SimFile.SectorBytes)], flush: false);
            Restart(disk);
            var sectors = Read(disk, File).Chunk(SimFile.SectorBytes).ToArray();
            Assert.All(sectors, sector => Assert.Single(sector.Distinct()));
            return sectors.Select(sector => sector[0]).Distinct().Count() == 2;
        });
        Assert.Contains(true, torn);
    }

    [Fact]
    public void Changes_in_one_folder_are_kept_in_order()
    {
        EachSeed((disk, _) =>
        {
            foreach (var name in "abc") Write(disk, $"/f/{name}", [1], flush: true);
            Restart(disk);
            var kept = string.Concat(disk.List("/f").Select(path => path[^1]));
            Assert.StartsWith(kept, "abc", StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Replacing_leaves_the_old_file_or_the_new_one()
    {
        var kept = EachSeed((disk, _) =>
        {
            Write(disk, File, [1], flush: true);
            Write(disk, "/f/new", [2], flush: true);
            disk.FlushDirectory("/f");
            disk.Replace("/f/new", File);
            Restart(disk);
            return Assert.Single(Read(disk, File));
        });
        Assert.Contains((byte)1, kept);
        Assert.Contains((byte)2, kept);
    }

    [Fact]
    public void After_a_failed_flush_the_next_one_saves_nothing()
    {
        EachSeed((disk, _) =>
        {
            Write(disk, File, [1], flush: true);
            disk.FlushDirectory("/f");
            disk.Faults.FlushFailsOneIn = 1;
            using (var file = disk.Open(File, DiskOpen.ReadWrite))
            {
                file.Write([9], 0);
                Assert.Throws<DiskException>(file.Flush);
                disk.Faults.Clear();
                file.Flush();
            }
            Restart(disk);
            Assert.Equal([1], Read(disk, File));
        });
    }

    [Fact]
    public void A_full_disk_takes_no_growth_and_still_takes_what_fits()
    {
        EachSeed((disk, _) =>
        {
            const int Capacity = 2 * SimFile.SectorBytes;
            disk.Faults.CapacityBytes = Capacity;
            using var file = disk.Open(File, DiskOpen.CreateNew);
            file.Write(new byte[Capacity], 0);
            Assert.Equal(DiskError.Full, Assert.Throws<DiskException>(() => file.Write(new byte[1], Capacity)).Error);
            Assert.Equal(DiskError.Full, Assert.Throws<DiskException>(() => file.Reserve(0, Capacity + 1)).Error);
            file.Write(new byte[Capacity], 0);
        });
    }

    [Fact]
    public void The_power_goes_before_the_operation_it_was_planned_for()
    {
        EachSeed((disk, _) =>
        {
            var file = disk.Open(File, DiskOpen.CreateNew);
            file.Write([1], 0);
            disk.CrashAt = disk.Operations + 1;
            Assert.Throws<SimCrash>(file.Flush);
            Assert.Throws<SimCrash>(() => disk.FileExists(File));
            Restart(disk);
            Assert.Throws<SimCrash>(file.Flush);
            disk.FileExists(File);
        });
    }

    [Fact]
    public void A_durable_copy_has_what_was_flushed_and_nothing_else()
    {
        EachSeed((disk, _) =>
        {
            Write(disk, File, [1], flush: true);
            disk.FlushDirectory("/f");
            Write(disk, File, [2], flush: false);
            Write(disk, "/f/b", [3], flush: true);
            var copy = disk.DurableCopy();
            Assert.Equal([File], copy.List("/f"));
            Assert.Equal([1], Read(copy, File));
            Assert.Equal([2], Read(disk, File));
        });
    }

    private static void EachSeed(Action<SimDisk, ulong> act) => EachSeed((disk, seed) =>
    {
        act(disk, seed);
        return true;
    });

    private static List<T> EachSeed<T>(Func<SimDisk, ulong, T> act)
    {
        var outcomes = new List<T>();
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var disk = new SimDisk("disk", new SeededRandom(seed));
            disk.CreateDirectory("/f");
            outcomes.Add(act(disk, seed));
        }
        return outcomes;
    }

    private static void Restart(SimDisk disk)
    {
        disk.Crash();
        disk.PowerOn();
    }

    private static void Write(SimDisk disk, string path, byte[] bytes, bool flush)
    {
        using var file = disk.Open(path, DiskOpen.OpenOrCreate);
        file.Write(bytes, 0);
        if (flush) file.Flush();
    }

    private static byte[] Read(SimDisk disk, string path)
    {
        using var file = disk.Open(path, DiskOpen.Read);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes;
    }
}
