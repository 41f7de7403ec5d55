using Ferry.Protocol.Sending;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

public sealed class LinkStateTests
{
    private static readonly LinkState Up = new LinkState.Up();

    [Fact]
    public void Link_that_is_up_sends_and_receives_and_waits_for_work()
    {
        Assert.True(Up is { IsSending: true, IsReceiving: true, IsEnding: false });
        Assert.IsType<SendStep.Idle>(Up.WhenIdle);
    }

    [Fact]
    public void Link_that_is_closed_says_so_when_all_is_sent_and_hears_nothing_any_more()
    {
        var leaving = Up.Close(LeaveReason.ShuttingDown, "the program ends");
        Assert.True(leaving is { IsSending: false, IsReceiving: false, IsEnding: true });
        Assert.Equal(new SendStep.Finish(LeaveReason.ShuttingDown), leaving.WhenIdle);
    }

    [Fact]
    public void Link_that_cannot_be_written_still_hears_why()
    {
        var reading = Up.LoseWriting();
        Assert.True(reading is { IsSending: false, IsReceiving: true, IsEnding: true });
        Assert.Equal(new LinkState.Down("the neighbour left"), reading.End("the neighbour left"));
    }

    [Fact]
    public void First_reason_is_told_whatever_follows()
    {
        var closed = Up.Close(LeaveReason.DuplicateLink, "first");
        var down = new LinkState.Down("first");
        Assert.Equal(down, closed.Close(LeaveReason.ShuttingDown, "second").End("third"));
        Assert.Equal(down, closed.Refuse("second").End("third"));
        Assert.Equal(down, closed.LoseWriting().End("second"));
        Assert.Equal(down, Up.End("first").End("second"));
    }

    [Fact]
    public void Neighbour_that_breaks_the_protocol_hears_that_and_nothing_else()
    {
        var refused = new SendStep.Finish(LeaveReason.ProtocolError);
        Assert.Equal(refused, Up.Refuse("no").WhenIdle);
        Assert.Equal(refused, Up.Close(LeaveReason.ShuttingDown, "first").Refuse("no").WhenIdle);
        Assert.Equal(new LinkState.Down("no"), Up.LoseWriting().Refuse("no").End("later"));
    }

    [Fact]
    public void Link_that_is_down_stays_so()
    {
        var down = Up.End("over");
        Assert.True(down is { IsSending: false, IsReceiving: false, IsEnding: false });
        Assert.Same(down, down.Close(LeaveReason.ShuttingDown, "again"));
        Assert.Same(down, down.Refuse("again"));
        Assert.Same(down, down.LoseWriting());
        Assert.Same(down, down.End("again"));
    }
}
