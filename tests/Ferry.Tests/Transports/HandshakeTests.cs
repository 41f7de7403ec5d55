using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class HandshakeTests
{
    [Fact]
    public async Task Both_ends_learn_who_the_other_is()
    {
        using var alice = Identity.Create();
        using var bob = Identity.Create();
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(alice, nickname: "alice"), LinkFixture.Settings(bob, nickname: "bob"));

        await using var atAlice = dialer.Value!;
        await using var atBob = listener.Value!;
        Assert.Equal(bob.Id, atAlice.Peer);
        Assert.Equal("bob", atAlice.PeerJoin.Nickname);
        Assert.True(atAlice.Dialed);
        Assert.Equal(alice.Id, atBob.Peer);
        Assert.Equal("alice", atBob.PeerJoin.Nickname);
        Assert.False(atBob.Dialed);
    }

    [Fact]
    public async Task Messages_cross_the_new_link_both_ways()
    {
        var (dialer, listener) = await LinkFixture.Linked();
        await using var near = dialer;
        await using var far = listener;
        await near.WriteAsync(new Heartbeat(1), CancellationToken.None);
        await far.WriteAsync(new HeartbeatReply(2), CancellationToken.None);
        Assert.Equal(new Heartbeat(1), (await LinkFixture.Receive(far)).Message);
        Assert.Equal(new HeartbeatReply(2), (await LinkFixture.Receive(near)).Message);
    }

    [Fact]
    public async Task Frames_are_as_long_as_both_ends_take()
    {
        var (near, far) = MemoryConnection.Pair(LinkFixture.Traits(5000));
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(), (near, new Retold(far, LinkFixture.Traits(900))));
        await using var small = dialer.Value!;
        await using var large = listener.Value!;
        Assert.Equal(900, small.Traits.FrameBytesMax);
        Assert.Equal(900, large.Traits.FrameBytesMax);
    }

    [Fact]
    public async Task Highest_version_that_both_speak_is_used()
    {
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(versionMin: 1, versionMax: 4), LinkFixture.Settings(versionMin: 3, versionMax: 9));
        Assert.Equal(4, (int)dialer.Value!.Version);
        Assert.Equal(4, (int)listener.Value!.Version);
        await dialer.Value!.DisposeAsync();
        await listener.Value!.DisposeAsync();
    }

    [Fact]
    public async Task Versions_that_do_not_meet_are_told_to_both()
    {
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(versionMin: 1, versionMax: 2), LinkFixture.Settings(versionMin: 5, versionMax: 7));
        foreach (var failure in (LinkFailure?[])[dialer.Failure, listener.Failure])
        {
            Assert.Equal(LinkFailureKind.VersionMismatch, failure?.Kind);
            Assert.Contains("1 to 2", failure!.Text, StringComparison.Ordinal);
            Assert.Contains("5 to 7", failure.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connection_to_oneself_is_refused()
    {
        using var alice = Identity.Create();
        var (dialer, listener) = await LinkFixture.ShakeHands(LinkFixture.Settings(alice), LinkFixture.Settings(alice));
        Assert.Equal(LinkFailureKind.Self, dialer.Failure?.Kind);
        Assert.Equal(LinkFailureKind.Self, listener.Failure?.Kind);
    }

    [Fact]
    public async Task Refused_node_hears_why()
    {
        var strict = LinkFixture.Settings() with
        {
            Admit = _ => new AdmissionResult.Refused("ask\u001b Bob for the passphrase."),
        };
        var (dialer, listener) = await LinkFixture.ShakeHands(LinkFixture.Settings(nickname: "eve"), strict);
        Assert.Equal(LinkFailureKind.NotAdmitted, dialer.Failure?.Kind);
        Assert.Contains("ask Bob for the passphrase.", dialer.Failure!.Text, StringComparison.Ordinal);
        Assert.Equal(LinkFailureKind.PeerNotAdmitted, listener.Failure?.Kind);
        Assert.Contains("eve", listener.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_that_asks_hears_which_fingerprint_its_owner_is_to_compare()
    {
        using var alice = Identity.Create();
        using var bob = Identity.Create();
        var asking = LinkFixture.Settings(bob) with
        {
            Admit = _ => new AdmissionResult.Refused("wait", RejectReason.Asked),
        };
        var (dialer, listener) = await LinkFixture.ShakeHands(LinkFixture.Settings(alice, nickname: "alice"), asking);
        Assert.Equal(LinkFailureKind.Asked, dialer.Failure?.Kind);
        Assert.Equal(bob.Id, dialer.Failure!.Peer);
        Assert.Contains(Fingerprint.Of(alice.Id), dialer.Failure.Text, StringComparison.Ordinal);
        Assert.Contains(Fingerprint.Of(bob.Id), dialer.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(LinkFailureKind.Asked, listener.Failure?.Kind);
        Assert.Contains("alice", listener.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialer_may_refuse_the_listener_too()
    {
        var strict = LinkFixture.Settings() with { Admit = _ => new AdmissionResult.Refused("no.") };
        var (dialer, listener) = await LinkFixture.ShakeHands(strict, LinkFixture.Settings());
        Assert.Equal(LinkFailureKind.PeerNotAdmitted, dialer.Failure?.Kind);
        Assert.Equal(LinkFailureKind.NotAdmitted, listener.Failure?.Kind);
    }

    [Fact]
    public async Task Two_that_refuse_each_other_both_end_at_once()
    {
        var time = new TestClock();
        var strict = LinkFixture.Settings(time: time) with { Admit = _ => new AdmissionResult.Refused("no.") };
        var (dialer, listener) = await LinkFixture.ShakeHands(strict, strict with { Self = Identity.Create() });
        Assert.Equal(LinkFailureKind.PeerNotAdmitted, dialer.Failure?.Kind);
        Assert.Equal(LinkFailureKind.NotAdmitted, listener.Failure?.Kind);
    }

    [Fact]
    public async Task Admission_sees_the_proven_node()
    {
        using var alice = Identity.Create();
        NodeId? seen = null;
        var asking = LinkFixture.Settings() with
        {
            Admit = applicant =>
            {
                seen = applicant.Node;
                return new AdmissionResult.Admitted();
            },
        };
        var (dialer, listener) = await LinkFixture.ShakeHands(LinkFixture.Settings(alice), asking);
        Assert.Equal(alice.Id, seen);
        await dialer.Value!.DisposeAsync();
        await listener.Value!.DisposeAsync();
    }

    [Fact]
    public async Task Another_node_than_the_expected_one_is_refused()
    {
        using var wanted = Identity.Create();
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(), expected: wanted.Id);
        Assert.Equal(LinkFailureKind.OtherNode, dialer.Failure?.Kind);
        Assert.Equal(LinkFailureKind.OtherNode, listener.Failure?.Kind);
        Assert.Contains(Fingerprint.Of(wanted.Id), dialer.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expected_node_is_taken()
    {
        using var wanted = Identity.Create();
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings(), LinkFixture.Settings(wanted), expected: wanted.Id);
        Assert.Equal(wanted.Id, dialer.Value?.Peer);
        await dialer.Value!.DisposeAsync();
        await listener.Value!.DisposeAsync();
    }

    /// <summary>A connection that says other things about itself.</summary>
    private sealed class Retold(IConnection inner, LinkTraits traits) : IConnection
    {
        public Stream Stream => inner.Stream;
        public LinkTraits Traits => traits;
        public string RemoteAddress => inner.RemoteAddress;
        public string LocalAddress => inner.LocalAddress;
        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
