using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Finding;

public sealed class ProbeScheduleTests
{
    private readonly ProbeSchedule _schedule = new(span => span);

    [Fact]
    public void Change_is_followed_by_some_probes_within_seconds()
    {
        _schedule.OnChange(Some.At(1));
        Assert.Equal([1, 1.5, 2.5, 4, 34], Sent(5, nodes: 0));
    }

    [Fact]
    public void Changes_one_after_the_other_are_not_followed_by_probes_without_bound()
    {
        var sent = 0;
        for (var tenth = 0; tenth < 100; tenth++)
        {
            var now = Some.At(tenth / 10.0);
            _schedule.OnChange(now);
            if (_schedule.DueAt > now) continue;
            _schedule.OnSent(now, nodes: 0);
            sent++;
        }
        Assert.InRange(sent, 20, 40);
    }

    [Fact]
    public void Lost_links_bring_about_a_probe_in_five_seconds_at_most()
    {
        _schedule.OnChange(Some.At(0));
        Sent(4, nodes: 0);
        _schedule.OnLinkLost(Some.At(4));
        Assert.Equal(Some.At(8), _schedule.DueAt);
        _schedule.OnSent(Some.At(8), nodes: 0);
        _schedule.OnLinkLost(Some.At(20));
        Assert.Equal(Some.At(20), _schedule.DueAt);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(15, 30)]
    [InlineData(100, 200)]
    [InlineData(1000, 600)]
    public void Many_nodes_ask_less_often(int nodes, double seconds)
    {
        _schedule.OnChange(Some.At(0));
        var sent = Sent(5, nodes);
        Assert.Equal(seconds, sent[4] - sent[3]);
    }

    private List<double> Sent(int count, int nodes)
    {
        var sent = new List<double>();
        for (var each = 0; each < count; each++)
        {
            var now = _schedule.DueAt;
            sent.Add((now - Some.At(0)).TotalSeconds);
            _schedule.OnSent(now, nodes);
        }
        return sent;
    }
}
