using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Xunit;

namespace Ferry.Tests.Storage.Disk;

/// <summary>Room, holes, and what belongs to a file beside its bytes.</summary>
public abstract partial class DiskContract
{
    [Fact]
    public void Reserved_room_changes_neither_length_nor_bytes()
    {
        using var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        file.Write([1, 2, 3], 0);
        var canReserve = file.Reserve(0, 1 << 20);
        file.Reserve(0, 0);
        if (canReserve) Assert.InRange(file.AllocatedBytes, 1 << 20, 2 << 20);
        Assert.Equal(3, file.Length);
        Assert.Equal(3, file.Stamp().Length);
        file.Write([4], 100);
        Assert.Equal(101, file.Length);
        Assert.Equal([1, 2, 3, 0], Read(file, 0, 4));
    }

    [Fact]
    public void Reserved_room_is_given_back_where_nothing_was_written()
    {
        using var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        file.SetLength(1 << 20);
        Assert.InRange(file.AllocatedBytes, 0, 1 << 16);
        file.Write([1, 2, 3], 0);
        file.Flush();
        file.Reserve(0, 1 << 20);
        file.Unreserve(1 << 16, (1 << 20) - (1 << 16));
        Assert.InRange(file.AllocatedBytes, 3, 1 << 17);
        Assert.Equal(1 << 20, file.Length);
        Assert.Equal([1, 2, 3, 0], Read(file, 0, 4));
    }

    [Fact]
    public void Free_space_is_a_part_of_all_and_unknown_of_what_is_not_there()
    {
        if (Disk.SpaceOf(Folder) is { } space) Assert.InRange(space.Free, 0, space.Total);
        Assert.Null(Disk.SpaceOf(At("nothing")));
    }

    [Fact]
    public void Zeros_replace_what_was_there_and_change_nothing_beside_it()
    {
        using var file = Disk.Open(At("a"), DiskOpen.CreateNew);
        file.Write([.. Enumerable.Repeat((byte)7, 100_000)], 0);
        file.SetLength(200_000);
        file.WriteZeros(10_001, 80_000);
        file.WriteZeros(150_000, 50_000);
        file.Flush();
        Assert.Equal(200_000, file.Length);
        Assert.Equal(new byte[80_000], Read(file, 10_001, 80_000));
        Assert.Equal([7, 0], Read(file, 10_000, 2));
        Assert.Equal([0, 7], Read(file, 90_000, 2));
        Assert.Equal(new byte[100_000], Read(file, 100_000, 100_000));
        file.Write([1], 20_000);
        Assert.Equal([0, 1, 0], Read(file, 19_999, 3));
    }

    [Fact]
    public void File_takes_the_time_and_permissions_it_is_given_and_is_private_before()
    {
        using (var file = Disk.Open(At("a"), DiskOpen.CreateNew))
        {
            file.Write([1, 2, 3], 0);
            file.SetTraits(new FileTraits(1_700_000_000_123_456_700, 0x1c0)); // 0700
            file.Flush();
            Assert.Equal(new FileTraits(1_700_000_000_123_456_700, 0x1c0), file.Traits());
            var stamp = file.Stamp();
            file.SetTraits(file.Traits());
            Assert.Equal(stamp.ModifiedTicks, file.Stamp().ModifiedTicks);
            file.Write([4], 3);
            Assert.NotEqual(1_700_000_000_123_456_700, file.Traits().Modified);
        }
        using (var again = Disk.Open(At("a"), DiskOpen.Read)) Assert.Equal(0x1c0, again.Traits().Mode);
    }
}
