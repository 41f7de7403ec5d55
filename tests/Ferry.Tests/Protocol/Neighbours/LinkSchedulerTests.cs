using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class LinkSchedulerTests
{
    private const long Much = 1L << 40;

    [Fact]
    public void Only_link_takes_everything_it_has_room_for()
    {
        var only = Of(1, 1_000_000);
        Assert.Same(only, LinkScheduler.ForOwnPiece(Some.At(0), [only], leftBytes: 1));
        only.OnQueued(Some.At(0), 250_000);
        Assert.Null(LinkScheduler.ForOwnPiece(Some.At(0), [only], Much));
    }

    [Fact]
    public void Piece_takes_the_link_on_which_it_arrives_first()
    {
        var (fast, slow) = (Of(1, 1_000_000), Of(2, 500_000));
        Assert.Same(fast, LinkScheduler.ForOwnPiece(Some.At(0), [fast, slow], Much));
        fast.OnQueued(Some.At(0), 100_000);
        Assert.Same(slow, LinkScheduler.ForOwnPiece(Some.At(0), [fast, slow], Much));
        slow.OnQueued(Some.At(0), 60_000);
        Assert.Same(fast, LinkScheduler.ForOwnPiece(Some.At(0), [fast, slow], Much));
    }

    [Fact]
    public void Slow_link_does_not_get_the_last_pieces()
    {
        var (fast, slow) = (Of(1, 1_000_000, latencyMilliseconds: 1), Of(2, 200_000, latencyMilliseconds: 400));
        fast.OnQueued(Some.At(0), 250_000);
        Assert.Null(LinkScheduler.ForOwnPiece(Some.At(0), [fast, slow], leftBytes: 300_000));
        Assert.Same(slow, LinkScheduler.ForOwnPiece(Some.At(0), [fast, slow], leftBytes: 500_000));
    }

    [Fact]
    public void Link_that_is_far_slower_gets_nothing_while_the_fast_one_moves()
    {
        var (fast, slow) = (Of(1, 1_000_000), Of(2, 1_000_000 / (LinkScheduler.StandbyFactor + 1)));
        fast.OnQueued(Some.At(0), 250_000);
        Assert.Null(LinkScheduler.ForOwnPiece(Some.At(0), [fast, slow], Much));
        Assert.Same(fast, LinkScheduler.ForPassedOn(Some.At(0), [slow, fast], 1000));
        Assert.Same(slow, LinkScheduler.ForOwnPiece(Some.At(10), [fast, slow], Much));
        Assert.Same(slow, LinkScheduler.ForPassedOn(Some.At(10), [fast, slow], 1000));
    }

    [Fact]
    public void What_is_passed_on_waits_where_it_waits_least()
    {
        var (fast, slow) = (Of(1, 1_000_000), Of(2, 250_000));
        var taken = new Dictionary<Link, int> { [fast] = 0, [slow] = 0 };
        for (var piece = 0; piece < 100; piece++)
        {
            var link = LinkScheduler.ForPassedOn(Some.At(0), [fast, slow], 10_000);
            link.OnQueued(Some.At(0), 10_000);
            taken[link]++;
        }
        Assert.Equal((80, 20), (taken[fast], taken[slow]));
    }

    [Fact]
    public void Where_nothing_moves_a_piece_still_goes_somewhere()
    {
        var (one, other) = (Of(1, 1_000_000), Of(2, 1_000_000));
        foreach (var link in (Link[])[one, other]) link.OnQueued(Some.At(0), 1000);
        Assert.NotNull(LinkScheduler.ForOwnPiece(Some.At(100), [one, other], Much));
    }

    /// <summary>At all rates, latencies and sizes the end comes no later with the slow link, up to a piece.</summary>
    [Fact]
    public void Bond_is_never_later_than_its_fastest_link_alone() =>
        Prop.ForAll<(byte Fast, byte Ratio), byte, byte>((speed, latency, sixteenKiB) =>
        {
            var rate = 20_000 + speed.Fast * 50_000L;
            var size = sixteenKiB * 16_384L + 1;
            var slow = (rate / (1 + speed.Ratio % 40), 2 * latency);
            var alone = EndOf(size, (rate, 1));
            var both = EndOf(size, (rate, 1), slow);
            var piece = Math.Max(8192, slow.Item1 / 4) / (double)slow.Item1;
            // One piece of the slow link may have been begun just when the fast one would have done all: no more.
            return both <= alone * 1.001 + piece + 0.05;
        }).QuickCheckThrowOnFailure();

    /// <summary>When a holder that has all the room in its window gets so many bytes across.</summary>
    private static double EndOf(long size, params (long Rate, int Latency)[] lines)
    {
        var links = lines.Select((line, index) => Of(index + 1, line.Rate, line.Latency)).ToList();
        var queues = links.ToDictionary(link => link, _ => new Queue<int>());
        var (now, end, left) = (0.0, 0.0, size);
        var busyUntil = links.ToDictionary(link => link, _ => 0.0);
        while (left > 0 || queues.Values.Any(queue => queue.Count > 0))
        {
            while (left > 0 && LinkScheduler.ForOwnPiece(Some.At(now), links, left) is { } chosen)
            {
                var bytes = (int)Math.Min(left, chosen.PieceBytes);
                if (queues[chosen].Count == 0) busyUntil[chosen] = now + (double)bytes / chosen.Rate;
                queues[chosen].Enqueue(bytes);
                chosen.OnQueued(Some.At(now), bytes);
                left -= bytes;
            }
            var next = links.Where(link => queues[link].Count > 0).MinBy(link => busyUntil[link])!;
            now = busyUntil[next];
            next.OnSent(Some.At(now), queues[next].Dequeue());
            end = Math.Max(end, now + next.Latency.TotalSeconds);
            if (queues[next].TryPeek(out var following)) busyUntil[next] = now + (double)following / next.Rate;
        }
        return end;
    }

    private static Link Of(int number, long rate, int latencyMilliseconds = 1)
    {
        var traits = new LinkTraits("tcp", 1000, rate, TimeSpan.FromMilliseconds(latencyMilliseconds));
        var link = new Link(Some.LinkUp(number, Some.Node(5), traits: traits), Some.At(0), new Deadlines());
        link.OnMeasured(rate);
        return link;
    }
}
