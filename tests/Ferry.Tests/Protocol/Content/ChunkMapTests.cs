using Ferry.Protocol.Content;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Content;

/// <summary>The map beside the plainest model there is: an array of flags. Sizes cross the 64 bits of a word.</summary>
public sealed class ChunkMapTests
{
    [Fact]
    public void Map_agrees_with_an_array_of_flags() =>
        Prop.ForAll<byte, int[]>((size, steps) =>
        {
            var map = new ChunkMap(size);
            var model = new bool[size];
            if (size == 0) return Agrees(map, model);
            foreach (var step in steps)
            {
                // Three steps of four add, so that maps get full as well as empty.
                var chunk = (int)((uint)step / 4 % size);
                var adds = step % 4 != 0;
                var changed = adds ? map.Add(chunk) : map.Remove(chunk);
                if (changed != (model[chunk] != adds)) return false;
                model[chunk] = adds;
            }
            return Agrees(map, model) && Agrees(map.Copy(), model);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ranges_make_the_same_map_again() =>
        Prop.ForAll<bool[]>(model =>
        {
            var map = Of(model);
            var ranges = map.ToRanges(int.MaxValue);
            var meet = ranges.Zip(ranges.Skip(1), (left, right) => left.End >= right.First).Any(meets => meets);
            return !meet && Agrees(ChunkMap.FromRanges(model.Length, ranges)!, model);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ranges_start_where_asked_and_stop_at_their_limit()
    {
        var map = Of([true, true, false, true, false, true, true, true]);
        Assert.Equal([new(0, 2), new(3, 1)], map.ToRanges(2));
        Assert.Equal([new(1, 1), new(3, 1), new(5, 3)], map.ToRanges(10, from: 1));
        Assert.Equal([new(6, 2)], map.ToRanges(10, from: 6));
        Assert.Empty(map.ToRanges(0));
        Assert.Empty(map.ToRanges(10, from: 8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(262_144)]
    public void Full_map_misses_nothing(int chunkCount)
    {
        var map = ChunkMap.Full(chunkCount);
        Assert.True(map.IsFull);
        Assert.Equal(chunkCount, map.Count);
        Assert.Equal(chunkCount, map.NextMissing(0));
        Assert.Equal(chunkCount == 0, map.IsEmpty);
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(9, 2)]
    [InlineData(10, 1)]
    [InlineData(0, 11)]
    [InlineData(3, -1)]
    [InlineData(3, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Ranges_outside_the_content_make_no_map(int first, int count) =>
        Assert.Null(ChunkMap.FromRanges(10, [new ChunkRange(0, 1), new ChunkRange(first, count)]));

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    [InlineData(int.MaxValue)]
    public void Chunk_outside_the_content_is_never_there(int chunk)
    {
        var map = ChunkMap.Full(10);
        Assert.False(map.Contains(chunk));
        Assert.False(map.Remove(chunk));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Add(chunk));
    }

    [Fact]
    public void Copy_goes_its_own_way()
    {
        var map = Of([true, false]);
        var copy = map.Copy();
        copy.Add(1);
        Assert.False(map.Contains(1));
        Assert.True(copy.IsFull);
    }

    private static ChunkMap Of(bool[] model)
    {
        var map = new ChunkMap(model.Length);
        for (var chunk = 0; chunk < model.Length; chunk++)
            if (model[chunk]) map.Add(chunk);
        return map;
    }

    private static bool Agrees(ChunkMap map, bool[] model)
    {
        var count = model.Count(held => held);
        if (map.Count != count || map.IsFull != (count == model.Length) || map.IsEmpty != (count == 0)) return false;
        for (var chunk = 0; chunk <= model.Length; chunk++)
        {
            if (map.Contains(chunk) != (chunk < model.Length && model[chunk])) return false;
            if (map.NextMissing(chunk) != Next(model, chunk, held: false)) return false;
            if (map.NextPresent(chunk) != Next(model, chunk, held: true)) return false;
        }
        return true;
    }

    private static int Next(bool[] model, int from, bool held)
    {
        while (from < model.Length && model[from] != held) from++;
        return from;
    }
}
