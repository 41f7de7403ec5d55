using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class ChunkPickerTests
{
    private const int Chunks = 300;

    [Fact]
    public void One_holder_is_read_in_order()
    {
        var durable = new ChunkMap(6);
        durable.Add(2);
        var lane = LaneOf(1, 0, 1, 2, 3, 5);
        Assert.Equal([0, 1, 3, 5], PickAll(new ChunkPicker(durable, start: 3), lane, [lane]));
    }

    [Fact]
    public void Rarest_comes_first_among_several_holders()
    {
        var (all, some) = (LaneOf(1, 0, 1, 2, 3, 4), LaneOf(2, 0, 1, 3));
        Assert.Equal([2, 4, 0, 1, 3], PickAll(new ChunkPicker(new ChunkMap(5), start: 0), all, [all, some]));
    }

    [Fact]
    public void Download_starts_at_its_own_place_and_comes_round()
    {
        var (left, right) = (LaneOf(1, 0, 1, 2, 3, 4), LaneOf(2, 0, 1, 2, 3, 4));
        Assert.Equal([3, 4, 0, 1, 2], PickAll(new ChunkPicker(new ChunkMap(5), start: 3), left, [left, right]));
    }

    [Fact]
    public void Returned_chunk_is_dealt_again_unless_it_has_come()
    {
        var durable = new ChunkMap(3);
        var lane = LaneOf(1, 0, 1, 2);
        var picker = new ChunkPicker(durable, 0);
        PickAll(picker, lane, [lane]);
        Assert.True(picker.AllDealt);
        durable.Add(1);
        picker.Return(1);
        picker.Return(2);
        Assert.Equal([2], PickAll(picker, lane, [lane]));
    }

    [Fact]
    public void Chunk_that_comes_after_it_was_returned_is_not_dealt_again()
    {
        var lane = LaneOf(1, 0, 1, 2);
        var picker = new ChunkPicker(new ChunkMap(3), 0);
        PickAll(picker, lane, [lane]);
        picker.Return(1);
        picker.OnDurable(1);
        Assert.True(picker.AllDealt);
        Assert.Null(picker.Pick(lane, [lane]));
    }

    [Fact]
    public void Last_chunks_of_a_much_slower_lane_are_asked_for_twice_and_no_more()
    {
        var durable = ChunkMap.Full(Chunks);
        durable.Remove(7);
        var (fast, slow, third) = (LaneOf(1, 7), LaneOf(2, 7), LaneOf(3, 7));
        Lane[] lanes = [fast, slow, third];
        var picker = new ChunkPicker(durable, 0);
        Measure(fast, 2_100_000);
        Measure(slow, 1_000_000);
        Measure(third, 2_100_000);
        Assert.Null(picker.PickTwice(fast, lanes, _ => false, NotDoubted));
        Assert.Equal(7, picker.Pick(slow, lanes));
        slow.Ask(7, 1);
        Assert.Equal(7, picker.PickTwice(fast, lanes, _ => false, NotDoubted));
        fast.Ask(7, 1);
        Assert.Null(picker.PickTwice(third, lanes, _ => false, NotDoubted));
    }

    [Theory]
    [InlineData(1_900_000, 1, 300)]
    [InlineData(2_100_000, 7, 300)]
    [InlineData(2_100_000, 5, 20)]
    public void Nothing_is_asked_for_twice_of_a_lane_as_fast_or_with_much_left(int rate, int left, int chunks)
    {
        var durable = new ChunkMap(chunks);
        durable.Add(new ChunkRange(left, chunks - left));
        var (fast, slow) = (LaneOf(1, [.. Enumerable.Range(0, left)]), LaneOf(2, [.. Enumerable.Range(0, left)]));
        Measure(fast, rate);
        Measure(slow, 1_000_000);
        var picker = new ChunkPicker(durable, 0);
        foreach (var chunk in PickAll(picker, slow, [fast, slow])) slow.Ask(chunk, 1);
        Assert.Equal(left, slow.Outstanding.Count);
        Assert.Null(picker.PickTwice(fast, [fast, slow], _ => false, NotDoubted));
        Assert.NotNull(picker.PickTwice(fast, [fast, slow], _ => false, isDoubted: lane => lane == slow));
    }

    /// <summary>Whatever is dealt, returned and durable: none is with two, and in the end all are there.</summary>
    [Fact]
    public void Picker_agrees_with_a_set_of_what_is_dealt() =>
        Prop.ForAll<byte[]>(steps =>
        {
            var durable = new ChunkMap(100);
            var picker = new ChunkPicker(durable, 40);
            var lanes = new[] { LaneOf(1, [.. Enumerable.Range(0, 70)]), LaneOf(2, [.. Enumerable.Range(30, 70)]) };
            var model = new Dictionary<int, Lane>();
            foreach (var step in steps)
            {
                var lane = lanes[step % 2];
                if (step % 8 < 6)
                {
                    var free = Enumerable.Range(0, 100).Any(
                        chunk => lane.Held.Contains(chunk) && !model.ContainsKey(chunk) && !durable.Contains(chunk));
                    var chunk = picker.Pick(lane, lanes);
                    if (free != chunk is not null) return false;
                    if (chunk is { } picked && (!lane.Held.Contains(picked) || !model.TryAdd(picked, lane)
                        || durable.Contains(picked)))
                        return false;
                }
                else if (model.Keys.OrderBy(chunk => chunk ^ step).Cast<int?>().FirstOrDefault() is { } chunk)
                {
                    model.Remove(chunk);
                    if (step % 8 == 6) picker.Return(chunk);
                    else if (durable.Add(chunk)) picker.OnDurable(chunk);
                }
                if (picker.AllDealt != (model.Count + durable.Count == 100)) return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(400));

    private static bool NotDoubted(Lane lane) => false;

    private static Lane LaneOf(int holder, params int[] held)
    {
        var map = new ChunkMap(Chunks);
        foreach (var chunk in held) map.Add(chunk);
        var window = new AckWindow(64 * 1024, 1);
        return new Lane(
            default, Some.Node(holder), Some.Transfer(holder), map, window, new Deadlines(), new PlainSeals());
    }

    private static void Measure(Lane lane, int rate) => lane.Window.OnReceived(Some.At(0.5), rate / 2);

    private static List<int> PickAll(ChunkPicker picker, Lane lane, Lane[] lanes)
    {
        var picked = new List<int>();
        while (picker.Pick(lane, lanes) is { } chunk) picked.Add(chunk);
        return picked;
    }
}
