using Ferry.Protocol.Values;
using Ferry.Tests.Architecture;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class DeadlinesTests
{
    private readonly Deadlines _deadlines = new();

    [Fact]
    public void Nothing_is_due_in_an_empty_queue()
    {
        Assert.Equal(Instant.Never, _deadlines.Next);
        Assert.Null(_deadlines.TakeDue(Some.At(1e9)));
    }

    [Fact]
    public void Deadline_is_due_once_at_its_moment()
    {
        var ack = New();
        ack.Arm(Some.At(5));
        Assert.Null(_deadlines.TakeDue(Some.At(4.999)));
        Assert.Same(ack, _deadlines.TakeDue(Some.At(5)));
        Assert.Null(_deadlines.TakeDue(Some.At(6)));
        Assert.False(ack.IsArmed);
    }

    [Fact]
    public void Next_is_the_earliest_that_is_armed()
    {
        var (later, earlier) = (New(), New());
        later.Arm(Some.At(7));
        earlier.Arm(Some.At(5));
        Assert.Equal(Some.At(5), _deadlines.Next);
        earlier.Disarm();
        Assert.Equal(Some.At(7), _deadlines.Next);
        Assert.Same(later, _deadlines.TakeDue(Some.At(7)));
        Assert.Equal(Instant.Never, _deadlines.Next);
    }

    [Fact]
    public void Deadlines_of_one_moment_come_in_the_order_of_their_making()
    {
        var three = new[] { New(), New(), New() };
        foreach (var deadline in three.Reverse()) deadline.Arm(Some.At(5));
        Assert.Equal(three, Enumerable.Range(0, 3).Select(_ => _deadlines.TakeDue(Some.At(5))));
    }

    [Fact]
    public void Arming_again_replaces_while_arming_if_idle_and_arming_by_keep_what_is_there()
    {
        var deadline = New();
        deadline.ArmIfIdle(Some.At(5));
        deadline.ArmIfIdle(Some.At(3));
        deadline.ArmBy(Some.At(6));
        Assert.Equal(Some.At(5), deadline.At);
        deadline.ArmBy(Some.At(4));
        Assert.Equal(Some.At(4), deadline.At);
        deadline.Arm(Some.At(9));
        Assert.Equal((Some.At(9), Some.At(9)), (deadline.At, _deadlines.Next));
    }

    [Fact]
    public void What_is_put_off_again_and_again_has_one_place()
    {
        var deadlines = Enumerable.Range(0, 100).Select(_ => New()).ToList();
        for (var time = 0; time < 10_000; time++) deadlines[time % 100].Arm(Some.At(time % 7 == 0 ? 1 : time));
        Assert.Equal(100, _deadlines.Count);
        deadlines.ForEach(deadline => deadline.Disarm());
        Assert.Equal(0, _deadlines.Count);
    }

    /// <summary>Each step arms, puts off or disarms one of a few deadlines, or takes what is due.</summary>
    [Fact]
    public void Queue_gives_what_a_search_through_all_would_give() =>
        Prop.ForAll<(byte Which, byte At, byte What)[]>(steps =>
        {
            var queue = new Deadlines();
            var all = Enumerable.Range(0, 9).Select(_ => queue.New(this, CoreTimer.AckDue)).ToList();
            foreach (var (which, at, what) in steps)
            {
                var (deadline, moment) = (all[which % all.Count], new Instant(at));
                if (what % 8 < 5) deadline.Arm(moment);
                else if (what % 8 == 5) deadline.Disarm();
                else
                {
                    var expected = all.Where(each => each.At <= moment)
                        .OrderBy(each => each.At).ThenBy(each => each.Number).FirstOrDefault();
                    if (queue.TakeDue(moment) != expected) return false;
                    if (what % 2 == 0) expected?.Arm(new Instant(at + (long)what));
                }
                if (what % 3 == 0 && queue.Next != all.Min(each => each.At)) return false;
                if (queue.Count != all.Count(each => each.IsArmed)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_timer_is_somebody_s()
    {
        var sources = string.Concat(
            Repository.CSharpFiles.Where(file => file.StartsWith("src/Ferry.Protocol/", StringComparison.Ordinal))
                .SelectMany(Repository.Lines));
        Assert.All(Enum.GetNames<CoreTimer>(), timer =>
            Assert.Contains($", CoreTimer.{timer})", sources, StringComparison.Ordinal));
    }

    private Deadline New() => _deadlines.New(this, CoreTimer.AckDue);
}
