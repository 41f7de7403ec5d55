using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

/// <summary>Two links with one node id and two runs: a restart, or two machines with one key.</summary>
public sealed class RunWatchTests
{
    private static readonly NodeId Twin = Some.Node(2);

    private readonly Outbox _outbox = new();
    private readonly Engine _engine = new(
        Some.Options(Some.Node(1)), new PlainSeals(), new PlainNetwork(), RecoveredState.Empty);

    public RunWatchTests() => _engine.Start(Some.At(0), _outbox);

    /// <summary>Whichever came first: all neighbours keep the same one.</summary>
    [Theory]
    [InlineData(5, 9, 1, 2)]
    [InlineData(9, 5, 2, 1)]
    public void Run_with_the_smaller_number_goes_on_when_both_are_alive(
        ulong first, ulong second, int stays, int goes)
    {
        Up(1, first, Some.At(1));
        Up(2, second, Some.At(2));
        Assert.Contains(_outbox.Sent<Heartbeat>(), sent => sent.Link == Some.Link(1));
        Assert.Empty(_outbox.Effects<Effect.CloseLink>());

        Reply(1, Some.At(2), at: Some.At(3));

        Assert.Equal(Some.Link(goes), Assert.Single(_outbox.Effects<Effect.CloseLink>()).Link);
        Assert.Equal(
            [(Some.Link(stays), true), (Some.Link(goes), false)],
            _outbox.Sent<SharedIdentity>().Select(sent => (sent.Link, sent.Message.GoesOn)));
        Assert.Equal(Twin, Assert.Single(_outbox.Notices<Notice.IdentityShared>()).Node);
        Assert.Equal(Some.Link(stays), Assert.Single(_engine.Neighbours(Some.At(3))).Link);

        Up(3, Math.Max(first, second), Some.At(9));
        Assert.Equal(Some.Link(3), _outbox.Effects<Effect.CloseLink>()[^1].Link);
        Assert.Single(_engine.Neighbours(Some.At(9)));
        Assert.Single(_outbox.Notices<Notice.IdentityShared>());
    }

    /// <summary>What a process had sent before it ended may come late; a reply to what is sent now never comes.
    /// </summary>
    [Fact]
    public void Restart_is_no_second_machine_however_late_its_last_words_come()
    {
        Up(1, 5, Some.At(1));
        Up(2, 9, Some.At(2));
        Reply(1, Some.At(1.9), at: Some.At(3));
        Handle(new Input.Received(Some.Link(1), new Heartbeat(1), null), Some.At(4));
        Assert.Equal(LinkRole.Replaced, Status(1).Role);
        Assert.Equal(LinkRole.Bulk, Status(2).Role);
        Handle(new Input.LinkDown(Some.Link(1), "gone"), Some.At(9));
        Reply(2, Some.At(9), at: Some.At(10));
        Assert.Empty(_outbox.Effects<Effect.CloseLink>());
        Assert.Empty(_outbox.Notices<Notice.IdentityShared>());
    }

    [Fact]
    public void Links_of_one_run_are_left_alone()
    {
        Up(1, 5, Some.At(1));
        Up(2, 5, Some.At(2));
        Reply(1, Some.At(2), at: Some.At(3));
        Assert.Equal(2, _engine.Neighbours(Some.At(3)).Count);
        Assert.Empty(_outbox.Notices<Notice.IdentityShared>());
    }

    /// <summary>The one that goes on may itself be stopped: then the other is welcome.</summary>
    [Fact]
    public void Run_that_was_turned_away_comes_in_when_the_other_has_gone()
    {
        Up(1, 5, Some.At(1));
        Up(2, 9, Some.At(2));
        Reply(1, Some.At(2), at: Some.At(3));
        Handle(new Input.LinkDown(Some.Link(1), "stopped"), Some.At(4));
        Up(3, 9, Some.At(5));
        Assert.Equal(Some.Link(3), Assert.Single(_engine.Neighbours(Some.At(5))).Link);
    }

    [Fact]
    public void Word_of_a_neighbour_about_the_own_identity_is_passed_on()
    {
        Up(1, 5, Some.At(1));
        Handle(new Input.Received(Some.Link(1), new SharedIdentity(false, "tcp://10.0.0.7:4747"), null), Some.At(2));
        Assert.Equal(
            new Notice.OwnIdentityShared(Twin, false, "tcp://10.0.0.7:4747"),
            Assert.Single(_outbox.Notices<Notice.OwnIdentityShared>()));
    }

    private LinkStatus Status(int link) =>
        _engine.Neighbours(Some.At(5)).Single(status => status.Link == Some.Link(link));

    /// <summary>Each from a host of its own.</summary>
    private void Up(int link, ulong run, Instant at) =>
        Handle(Some.LinkUp(link, Twin, dialed: false, path: $"tcp {link}", run: run), at);

    private void Reply(int link, Instant sent, Instant at) => Handle(
        new Input.Received(Some.Link(link), new HeartbeatReply((ulong)sent.Microseconds), null), at);

    private void Handle(Input input, Instant at) => _engine.Handle(at, input, _outbox);
}
