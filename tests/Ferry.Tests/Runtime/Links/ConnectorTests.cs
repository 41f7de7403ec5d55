using Ferry.Protocol.Dialing;
using Ferry.Protocol.Values;
using Ferry.Runtime;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Tests.Transports;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class ConnectorTests : IAsyncDisposable
{
    private const string Address = "tcp://boat:4747";

    private readonly string _folder = Directory.CreateTempSubdirectory("ferry-test-").FullName;
    private readonly HomeFolder _home;
    private readonly JoinedAddresses _remembered;
    private readonly KnownNodes _known;
    private readonly Warnings _warnings = new(NullLogger.Instance);
    private readonly TestClock _time = new();
    private readonly FakeNeighbour _boat = new();
    private readonly NodeLife _life = new();
    private readonly Connector _connector;

    public ConnectorTests()
    {
        _home = HomeFolder.Open(_folder);
        _remembered = JoinedAddresses.Load(_home, NullLogger.Instance);
        _known = KnownNodes.Load(_home, _time, NullLogger.Instance);
        _connector = new Connector(
            _boat.DialAsync, _boat.WhenAwayAsync, _remembered, _known, _warnings, _life, _time, NullLogger.Instance);
    }

    [Fact]
    public async Task Joining_remembers_the_address()
    {
        _boat.Answers = true;

        var joined = await _connector.JoinAsync("boat", CancellationToken.None);

        Assert.Equal(Address, joined.Address);
        Assert.Equal("boat", joined.Nickname);
        Assert.Equal([Address], _remembered.All);
    }

    [Fact]
    public async Task Joining_where_nobody_answers_fails_and_is_forgotten()
    {
        var failed = await Assert.ThrowsAsync<FerryException>(
            () => _connector.JoinAsync("boat", CancellationToken.None));

        Assert.Equal(FailureKind.Failed, failed.Kind);
        Assert.Empty(_remembered.All);
        Assert.Empty(_connector.Addresses);
    }

    [Fact]
    public async Task Joining_what_is_no_address_is_a_slip_of_the_user()
    {
        var failed = await Assert.ThrowsAsync<FerryException>(
            () => _connector.JoinAsync("no such thing", CancellationToken.None));

        Assert.Equal(FailureKind.Usage, failed.Kind);
        Assert.Equal(0, _boat.Dials);
    }

    [Fact]
    public async Task Joining_again_while_linked_dials_nobody()
    {
        _boat.Answers = true;
        await _connector.JoinAsync("boat", CancellationToken.None);

        await _connector.JoinAsync("boat", CancellationToken.None);

        Assert.Equal(1, _boat.Dials);
    }

    [Fact]
    public async Task Where_nobody_answers_each_attempt_waits_about_twice_as_long()
    {
        _connector.Keep(Address);
        var waits = new List<TimeSpan>();
        for (var dial = 1; dial <= 9; dial++)
        {
            await _boat.WhenDialedAsync(dial);
            waits.Add(await AdvanceToNextDialAsync(dial));
        }

        double[] expected = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        foreach (var (wait, seconds) in waits.Zip(expected))
            Assert.InRange(wait.TotalSeconds, 0.79 * seconds, 1.21 * seconds);
    }

    [Fact]
    public async Task A_link_that_is_lost_is_dialed_again_at_once()
    {
        _boat.Answers = true;
        _connector.Keep(Address);
        await _boat.WhenDialedAsync(1);
        await _boat.WhenWatchedAsync();
        _time.Advance(RedialSchedule.SettledAfter);

        _boat.Lose();

        await _boat.WhenDialedAsync(2);
    }

    [Fact]
    public async Task A_link_that_is_lost_as_soon_as_it_is_up_is_not_dialed_at_once()
    {
        _boat.Answers = true;
        _connector.Keep(Address);
        await _boat.WhenDialedAsync(1);
        await _boat.WhenWatchedAsync();

        _boat.Lose();

        await WhenArmedAsync();
        Assert.Equal(1, _boat.Dials);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _boat.WhenDialedAsync(2);
    }

    [Fact]
    public async Task A_neighbour_that_linked_to_us_meanwhile_is_not_dialed()
    {
        _boat.Answers = true;
        await _connector.JoinAsync("boat", CancellationToken.None);
        await _boat.WhenWatchedAsync();
        _boat.Answers = false;
        _time.Advance(RedialSchedule.SettledAfter);
        _boat.Lose();
        await _boat.WhenDialedAsync(2);
        await WhenArmedAsync();

        _boat.LinkFromThere();
        var watched = _boat.WhenWatchedAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await watched;

        Assert.Equal(2, _boat.Dials);
    }

    [Fact]
    public async Task After_leaving_nobody_is_dialed()
    {
        _boat.Answers = true;
        await _connector.JoinAsync("boat", CancellationToken.None);

        await _connector.ForgetAllAsync();

        _boat.Lose();
        Assert.Empty(_connector.Addresses);
        Assert.Empty(_remembered.All);
        Assert.Equal(1, _boat.Dials);
        Assert.Equal(0, _time.Armed);
    }

    [Fact]
    public async Task Another_key_at_a_remembered_address_is_not_used_and_is_told_once()
    {
        _remembered.Add(Address, Some.Node(7));
        _boat.Answers = true;

        var refused = await Assert.ThrowsAsync<FerryException>(
            () => _connector.JoinAsync("boat", CancellationToken.None));

        Assert.Equal(FailureKind.Refused, refused.Kind);
        Assert.Contains(Fingerprint.Of(Some.Node(7)), refused.Message, StringComparison.Ordinal);
        Assert.Contains(Fingerprint.Of(_boat.Self.Node), refused.Message, StringComparison.Ordinal);
        Assert.Equal([_boat.Self.Node], _connector.Changed);
        Assert.Equal(Some.Node(7), _remembered.PinOf(Address));

        _connector.Keep(Address);
        for (var dial = 2; dial <= 5; dial++) await AdvanceToNextDialAsync(dial);
        Assert.Contains("has changed", Assert.Single(_warnings.All), StringComparison.Ordinal);
        Assert.True(Assert.Single(_connector.Addresses).HasChanged);
    }

    [Fact]
    public async Task Key_that_the_user_trusts_takes_the_place_of_the_remembered_one()
    {
        _remembered.Add(Address, Some.Node(7));
        _known.Trust(_boat.Self.Node, "boat");
        _boat.Answers = true;

        await _connector.JoinAsync("boat", CancellationToken.None);

        Assert.Equal(_boat.Self.Node, _remembered.PinOf(Address));
        Assert.Empty(_connector.Changed);
    }

    [Fact]
    public async Task Forgotten_address_is_dialed_no_more_and_takes_any_key()
    {
        _boat.Answers = true;
        await _connector.JoinAsync("boat", CancellationToken.None);
        Assert.True(await _connector.ForgetAsync(Address));
        Assert.False(await _connector.ForgetAsync(Address));
        Assert.Empty(_connector.Addresses);

        _boat.Self = _boat.Self with { Node = Some.Node(8) };
        await _connector.JoinAsync("boat", CancellationToken.None);

        Assert.Equal(Some.Node(8), _remembered.PinOf(Address));
    }

    [Fact]
    public async Task Leaving_does_not_forget_who_answered_where()
    {
        _boat.Answers = true;
        await _connector.JoinAsync("boat", CancellationToken.None);
        await _connector.ForgetAllAsync();
        _boat.Self = _boat.Self with { Node = Some.Node(8) };

        var refused = await Assert.ThrowsAsync<FerryException>(
            () => _connector.JoinAsync("boat", CancellationToken.None));

        Assert.Equal(FailureKind.Refused, refused.Kind);
    }

    [Fact]
    public async Task Address_that_is_only_kept_expects_its_node_after_the_first_answer()
    {
        _boat.Answers = true;
        _connector.Keep(Address);

        await _boat.WhenWatchedAsync();

        Assert.Equal(_boat.Self.Node, _remembered.PinOf(Address));
        Assert.Empty(_remembered.All);
    }

    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        Assert.False(_life.End.IsCompleted);
        _home.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<TimeSpan> AdvanceToNextDialAsync(int dialsBefore)
    {
        await WhenArmedAsync();
        var step = TimeSpan.FromMilliseconds(10);
        var waited = TimeSpan.Zero;
        while (_time.Armed > 0 && _boat.Dials == dialsBefore)
        {
            _time.Advance(step);
            waited += step;
        }
        await _boat.WhenDialedAsync(dialsBefore + 1);
        return waited;
    }

    /// <summary>The connector waits for its back-off.</summary>
    private Task WhenArmedAsync() => Patience.UntilAsync(() => _time.Armed > 0);

    /// <summary>One node that may answer, be linked and be lost.</summary>
    private sealed class FakeNeighbour
    {
        private readonly Lock _gate = new();
        public DialedPeer Self { get; set; } = new(new NodeId(new Bytes32(1, 2, 3, 4)), "boat", "fake", "fake");
        private TaskCompletionSource _away = Gone();
        private int _dials;
        private int _watches;

        public bool Answers { get; set; }
        public int Dials => Volatile.Read(ref _dials);

        public Task<Outcome<DialedPeer>> DialAsync(string address, NodeId? expected, CancellationToken cancel)
        {
            Interlocked.Increment(ref _dials);
            if (!Answers)
            {
                var failure = new LinkFailure(LinkFailureKind.TimedOut, "nobody answers");
                return Task.FromResult(Outcome<DialedPeer>.Failed(failure));
            }
            if (expected is { } wanted && wanted != Self.Node)
            {
                var other = new LinkFailure(LinkFailureKind.OtherNode, "another answers") { Peer = Self.Node };
                return Task.FromResult(Outcome<DialedPeer>.Failed(other));
            }
            LinkFromThere();
            return Task.FromResult(Outcome<DialedPeer>.Of(Self));
        }

        public Task WhenAwayAsync(DialedPeer neighbour)
        {
            lock (_gate)
            {
                _watches++;
                return _away.Task;
            }
        }

        public void LinkFromThere()
        {
            lock (_gate)
            {
                _away = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _watches = 0;
            }
        }

        public void Lose()
        {
            lock (_gate) _away.TrySetResult();
        }

        public Task WhenDialedAsync(int times) => Patience.UntilAsync(() => Dials >= times);

        /// <summary>The connector waits for the end of the link that is up now.</summary>
        public Task WhenWatchedAsync() => Patience.UntilAsync(() => IsWatched);

        private bool IsWatched
        {
            get { lock (_gate) return _watches > 0; }
        }

        private static TaskCompletionSource Gone()
        {
            var gone = new TaskCompletionSource();
            gone.SetResult();
            return gone;
        }
    }
}
