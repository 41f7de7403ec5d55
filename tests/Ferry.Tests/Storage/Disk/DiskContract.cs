using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Xunit;
using Path = System.IO.Path;

namespace Ferry.Tests.Storage.Disk;

/// <summary>
/// What the store relies on, of the real file system and of the one that the crash tests and the simulation run on: as
/// far as these tests go, what is proved with the one holds for the other.
/// </summary>
public abstract partial class DiskContract
{
    private protected abstract IDisk Disk { get; }

    /// <summary>There, and empty at first.</summary>
    private protected abstract string Folder { get; }

    [Fact]
    public void File_is_made_once_and_opened_as_often_as_one_likes()
    {
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Open(At("a"), DiskOpen.Read)));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Open(At("a"), DiskOpen.ReadWrite)));
        Assert.False(Disk.FileExists(At("a")));
        using var made = Disk.Open(At("a"), DiskOpen.CreateNew);
        made.Write([1, 2, 3], 0);
        Assert.True(Disk.FileExists(At("a")));
        Assert.Equal(DiskError.Exists, ErrorOf(() => Disk.Open(At("a"), DiskOpen.CreateNew)));
        foreach (var mode in new[] { DiskOpen.Read, DiskOpen.ReadWrite, DiskOpen.OpenOrCreate })
        {
            using var again = Disk.Open(At("a"), mode);
            Assert.Equal(3, again.Length);
        }
        using (Disk.Open(At("b"), DiskOpen.OpenOrCreate)) Assert.Equal([At("a"), At("b")], Disk.List(Folder));
    }

    [Fact]
    public void Read_ends_with_the_file()
    {
        Write("a", [1, 2, 3, 4, 5]);
        using var file = Disk.Open(At("a"), DiskOpen.Read);
        var read = new byte[4];
        Assert.Equal(4, file.Read(read, 1));
        Assert.Equal([2, 3, 4, 5], read);
        Assert.Equal(2, file.Read(read, 3));
        Assert.Equal([4, 5], read[..2]);
        Assert.Equal(0, file.Read(read, 5));
        Assert.Equal(0, file.Read(read, 1000));
        Assert.Equal(0, file.Read([], 0));
    }

    [Fact]
    public void What_is_written_behind_the_end_leaves_zeros_before_it()
    {
        using var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        file.Write([9], 100_000);
        Assert.Equal(100_001, file.Length);
        Assert.Equal(new byte[100_000], Read(file, 0, 100_000));
        file.Write([7, 7], 50_000);
        Assert.Equal([0, 7, 7, 0], Read(file, 49_999, 4));
        Assert.Equal(100_001, file.Length);
    }

    [Fact]
    public void File_that_is_made_longer_ends_with_zeros_whatever_it_held_before()
    {
        using var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        file.Write([1, 2, 3, 4], 0);
        file.SetLength(2);
        Assert.Equal(2, file.Length);
        file.SetLength(5000);
        Assert.Equal(5000, file.Length);
        Assert.Equal([1, 2, 0, 0], Read(file, 0, 4));
        Assert.Equal(new byte[4996], Read(file, 4, 4996));
    }

    [Fact]
    public void All_who_have_a_file_open_see_the_same_bytes()
    {
        using var one = Disk.Open(At("a"), DiskOpen.CreateNew);
        using var other = Disk.Open(At("a"), DiskOpen.ReadWrite);
        one.Write([1, 2], 0);
        other.Write([3], 2);
        Assert.Equal([1, 2, 3], Read(one, 0, 3));
        Assert.Equal([1, 2, 3], Read(other, 0, 3));
        one.Flush();
        one.ForgetCache();
        Assert.Equal([1, 2, 3], Read(other, 0, 3));
    }

    [Fact]
    public void Rename_moves_a_file_and_never_replaces_one()
    {
        Write("a", [1]);
        Write("b", [2]);
        Disk.CreateDirectory(At("folder"));
        Assert.Equal(DiskError.Exists, ErrorOf(() => Disk.Rename(At("a"), At("b"))));
        Assert.Equal(DiskError.Exists, ErrorOf(() => Disk.Rename(At("a"), At("a"))));
        Assert.Equal(DiskError.Exists, ErrorOf(() => Disk.Rename(At("a"), At("folder"))));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Rename(At("none"), At("c"))));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Rename(At("a"), At("none/a"))));
        Assert.Equal([1], Read("a"));
        Assert.Equal([2], Read("b"));
        var stamp = Disk.Stamp(At("a"));
        Disk.Rename(At("a"), At("folder/a"));
        Assert.True(Disk.Stamp(At("folder/a"))!.Value.HasBytesOf(stamp!.Value));
        Assert.Equal([At("b")], Disk.List(Folder));
        Assert.Equal([At("folder/a")], Disk.List(At("folder")));
    }

    [Fact]
    public void Replace_puts_a_file_in_place_of_another()
    {
        Write("a", [1]);
        Write("b", [2, 2]);
        var stamp = Disk.Stamp(At("a"));
        Disk.Replace(At("a"), At("b"));
        Assert.Equal([1], Read("b"));
        Assert.True(Disk.Stamp(At("b"))!.Value.HasBytesOf(stamp!.Value));
        Disk.Replace(At("b"), At("c"));
        Assert.Equal([At("c")], Disk.List(Folder));
        Disk.CreateDirectory(At("folder"));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Replace(At("none"), At("c"))));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Replace(At("c"), At("none/c"))));
        Assert.NotNull(ErrorOf(() => Disk.Replace(At("c"), At("folder"))));
        Assert.Equal([1], Read("c"));
    }

    [Fact]
    public void Who_has_a_file_open_keeps_it_when_its_name_goes_to_another()
    {
        Write("a", [1]);
        Write("b", [2]);
        using var file = Disk.Open(At("a"), DiskOpen.ReadWrite);
        Disk.Replace(At("b"), At("a"));
        file.Write([3], 1);
        Assert.Equal([1, 3], Read(file, 0, 2));
        Assert.Equal([2], Read("a"));
        using var deleted = Disk.Open(At("a"), DiskOpen.ReadWrite);
        Disk.Delete(At("a"));
        deleted.Write([4], 0);
        deleted.Flush();
        Assert.Equal([4], Read(deleted, 0, 1));
        Assert.False(Disk.FileExists(At("a")));
    }

    [Fact]
    public void Stamp_tells_a_file_from_another_of_the_same_length()
    {
        Write("a", [1]);
        Write("b", [2]);
        Assert.NotEqual(Disk.Stamp(At("a")), Disk.Stamp(At("b")));
        using (var file = Disk.Open(At("a"), DiskOpen.ReadWrite))
        {
            Assert.Equal(Disk.Stamp(At("a")), file.Stamp());
            file.Write([1], 1);
            Assert.Equal(2, file.Stamp().Length);
            Assert.Equal(Disk.Stamp(At("a")), file.Stamp());
        }
        Assert.Null(Disk.Stamp(At("none")));
        Assert.Null(Disk.Stamp(Folder));
        Assert.Null(Disk.Stamp(At("a/below/a/file")));
    }

    [Fact]
    public void Folder_lists_its_own_files_in_ordinal_order()
    {
        foreach (var name in new[] { "b", "B", "a-", "a", "ä", "10", "9" }) Write(name, []);
        Disk.CreateDirectory(At("a.folder"));
        Write("a.folder/x", []);
        Assert.Equal(new[] { "10", "9", "B", "a", "a-", "b", "ä" }.Select(At), Disk.List(Folder));
        Assert.Empty(Disk.List(At("none")));
        Assert.Empty(Disk.List(At("a")));
    }

    [Fact]
    public void Folders_are_made_with_those_above_them_and_are_no_files()
    {
        Disk.CreateDirectory(At("x/y"));
        Disk.CreateDirectory(At("x/y"));
        Assert.True(Disk.FolderExists(At("x")) && Disk.FolderExists(At("x/y")));
        Assert.False(Disk.FileExists(At("x")));
        Assert.Equal(DiskError.NotWritable, ErrorOf(() => Disk.Open(At("x"), DiskOpen.Read)));
        Assert.Equal(DiskError.NotWritable, ErrorOf(() => Disk.Open(At("x"), DiskOpen.OpenOrCreate)));
        Assert.Equal(DiskError.Exists, ErrorOf(() => Disk.Open(At("x"), DiskOpen.CreateNew)));
        Disk.Delete(At("x"));
        Assert.True(Disk.FolderExists(At("x/y")));
        Write("a", []);
        Assert.False(Disk.FolderExists(At("a")));
        Assert.Equal(DiskError.Exists, ErrorOf(() => Disk.CreateDirectory(At("a"))));
    }

    [Fact]
    public void What_is_not_there_is_no_trouble_to_delete()
    {
        Disk.Delete(At("none"));
        Disk.Delete(At("none/below"));
        Write("a", []);
        Disk.Delete(At("a"));
        Disk.Delete(At("a"));
        Assert.Empty(Disk.List(Folder));
    }

    [Fact]
    public void Folder_that_is_missing_is_named_as_the_trouble()
    {
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Open(At("none/a"), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Open(At("none/a"), DiskOpen.OpenOrCreate)));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Open(At("none/a"), DiskOpen.Read)));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.FlushDirectory(At("none"))));
        Disk.FlushDirectory(Folder);
    }

    [Fact]
    public void Path_that_cannot_be_is_told_from_one_that_is_not_there()
    {
        Write("a", []);
        Assert.Equal(DiskError.NotFound, ErrorOf(() => Disk.Open(At("a/below"), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => Disk.CreateDirectory(At("a/below"))));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => Disk.Open(At(new string('x', 256)), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => Disk.Open(At(new string('ä', 128)), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => Disk.Open(At("nul\0l"), DiskOpen.CreateNew)));
        Write(new string('x', 255), []);
        Assert.Equal(DiskError.BadPath, ErrorOf(() => Disk.Rename(At("a"), At(new string('x', 256)))));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => Disk.Replace(At("a"), At(new string('x', 256)))));
    }

    [Fact]
    public void File_that_was_opened_for_reading_takes_nothing()
    {
        Write("a", [1, 2]);
        using var file = Disk.Open(At("a"), DiskOpen.Read);
        Assert.Equal(DiskError.NotWritable, ErrorOf(() => file.Write([3], 0)));
        Assert.NotNull(ErrorOf(() => file.SetLength(1)));
        Assert.NotNull(ErrorOf(() => file.WriteZeros(0, 1)));
        Assert.NotNull(ErrorOf(() => file.Reserve(0, 1000)));
        Assert.NotNull(ErrorOf(() => file.Unreserve(0, 1)));
        file.Flush();
        Assert.Equal([1, 2], Read("a"));
    }

    /// <summary>A bug, not a failure of the disk: nothing may take it for one and wait until it is over.</summary>
    [Fact]
    public void Handle_that_was_closed_is_not_used_again()
    {
        var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Write([1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.Read(new byte[1], 0));
        Assert.Throws<ObjectDisposedException>(() => file.Length);
        Assert.Throws<ObjectDisposedException>(() => file.SetLength(1));
        Assert.Throws<ObjectDisposedException>(() => file.Stamp());
        Assert.Throws<ObjectDisposedException>(file.Flush);
        Assert.Throws<ObjectDisposedException>(() => file.Reserve(0, 1));
        Assert.Throws<ObjectDisposedException>(() => file.Unreserve(0, 1));
        Assert.Throws<ObjectDisposedException>(() => file.AllocatedBytes);
        Assert.Throws<ObjectDisposedException>(() => file.WriteZeros(0, 1));
        Assert.Throws<ObjectDisposedException>(() => file.Traits());
        Assert.Throws<ObjectDisposedException>(() => file.SetTraits(default));
    }

    [Fact]
    public void Several_threads_use_a_file_at_once()
    {
        using var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        Parallel.For(0, 64, block =>
        {
            var bytes = new byte[1000];
            Array.Fill(bytes, (byte)block);
            file.Write(bytes, 1000 * block);
            file.Flush();
            Assert.Equal(bytes, Read(file, 1000 * block, bytes.Length));
        });
        Assert.Equal(64_000, file.Length);
    }

    private protected string At(string name) => Path.Combine(Folder, name);

    private protected void Write(string name, byte[] bytes)
    {
        using var file = Disk.Open(At(name), DiskOpen.CreateNew);
        file.Write(bytes, 0);
    }

    private protected static DiskError? ErrorOf(Action action) => Assert.Throws<DiskException>(action).Error;

    private byte[] Read(string name)
    {
        using var file = Disk.Open(At(name), DiskOpen.Read);
        return Read(file, 0, (int)file.Length);
    }

    private static byte[] Read(IDiskFile file, long offset, int count)
    {
        var bytes = new byte[count];
        Assert.Equal(count, file.Read(bytes, offset));
        return bytes;
    }
}

public sealed class SimDiskContractTests : DiskContract
{
    public SimDiskContractTests() => Disk.CreateDirectory(Folder);

    private protected override IDisk Disk { get; } = new SimDisk();
    private protected override string Folder => "/folder";

    [Fact]
    public void Full_disk_takes_what_fits_and_no_more()
    {
        var disk = (SimDisk)Disk;
        disk.Faults.CapacityBytes = 3 * SimFile.SectorBytes;
        using var file = disk.Open(At("a"), DiskOpen.CreateNew);
        file.SetLength(1 << 20);
        file.Write([1], 0);
        file.Write([1], 1_000_000);
        Assert.Equal(DiskError.Full, ErrorOf(() => file.Reserve(0, 1 << 20)));
        Assert.Equal(DiskError.Full, ErrorOf(() => file.Write(new byte[1000], 500_000)));
        file.Write(new byte[SimFile.SectorBytes], 0);
    }
}
