using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Dialing;
using Ferry.Protocol.Values;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Tests.Transports;
using Ferry.Transports;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class AutoLinksTests : IAsyncDisposable
{
    private const string Bluetooth = "bluetooth://AA:BB:CC:DD:EE:FF/3";
    private const string Wifi = "tcp://192.168.1.7:4747";
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Peer = Some.Node(2);

    private readonly TestClock _time = new();
    private readonly Channel<Notice> _offers = Channel.CreateUnbounded<Notice>();
    private readonly Channel<string> _dialed = Channel.CreateUnbounded<string>();
    private readonly FakeLinks _links = new();
    private readonly NodeLife _life = new();
    private readonly AutoLinks _auto;

    public AutoLinksTests() => _auto = new AutoLinks(
        _offers.Reader, _links, DialAsync, Self, _life, _time, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        await _auto.DisposeAsync();
        Assert.False(_life.End.IsCompleted);
    }

    [Fact]
    public async Task Transport_that_does_not_link_us_yet_is_dialed()
    {
        _links.Set("tcp");
        Offer(Wifi, Bluetooth);
        Assert.Equal(Bluetooth, await NextDialAsync());
    }

    [Fact]
    public async Task Wifi_is_dialed_where_there_is_bluetooth()
    {
        _links.Set("bluetooth");
        Offer(Wifi, Bluetooth);
        Assert.Equal(Wifi, await NextDialAsync());
    }

    [Fact]
    public async Task All_addresses_of_a_transport_are_tried_in_turn()
    {
        _links.Set("tcp");
        Offer(Bluetooth, "bluetooth://AA:BB:CC:DD:EE:00");
        Assert.Equal(Bluetooth, await NextDialAsync());
        Assert.Equal("bluetooth://AA:BB:CC:DD:EE:00", await NextDialAsync());
    }

    [Fact]
    public async Task Link_that_is_lost_is_made_again_while_another_one_is_up()
    {
        _links.Set("tcp", "bluetooth");
        Offer(Wifi, Bluetooth);
        await _links.WhenLookedAtAsync();
        _links.Set("tcp");
        Assert.Equal(Bluetooth, await NextDialAsync());
    }

    /// <summary>A neighbour must not send us to machines that it picks by name, nor to ourselves.</summary>
    [Fact]
    public async Task What_is_no_address_of_a_machine_is_passed_over()
    {
        _links.Set("bluetooth");
        Offer(
            "tcp://intranet:80", "tcp://127.0.0.1:22", "tcp://224.0.0.1:1", "tcp://[ff02::1]:1", "bluetooth://hci0",
            "?", Wifi);
        Assert.Equal(Wifi, await NextDialAsync());
    }

    [Fact]
    public async Task What_a_node_offered_is_forgotten_when_it_is_gone()
    {
        _links.Set("tcp");
        Offer(Bluetooth);
        Assert.Equal(Bluetooth, await NextDialAsync());
        _links.Set();
        await _links.WhenLookedAtAsync();
        _time.Advance(DialSchedule.Pauses.Max * 2);
        Offer(Some.Node(3), Wifi);
        await _links.WhenLookedAtAsync();
        Assert.False(_dialed.Reader.TryRead(out _));
    }

    private void Offer(params string[] addresses) => Offer(Peer, addresses);

    private void Offer(NodeId node, params string[] addresses) =>
        Assert.True(_offers.Writer.TryWrite(new Notice.AddressesOffered(node, addresses)));

    private Task<Outcome<DialedPeer>> DialAsync(string address, NodeId expected, CancellationToken cancel)
    {
        Assert.Equal(Peer, expected);
        Assert.True(_dialed.Writer.TryWrite(address));
        return Task.FromResult(
            Outcome<DialedPeer>.Failed(new LinkFailure(LinkFailureKind.Unreachable, "nobody there")));
    }

    /// <summary>Lets time go on, a little at a time, until the next dial.</summary>
    private async Task<string> NextDialAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        string? address;
        while (!_dialed.Reader.TryRead(out address))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }

        return address;
    }

    private sealed class FakeLinks : ILinkedNodes
    {
        private readonly Lock _gate = new();
        private HashSet<string> _transports = [];
        private readonly AsyncSignal _changed = new();
        private TaskCompletionSource _lookedAt = NewSource();

        public void Set(params string[] transports)
        {
            lock (_gate)
            {
                _transports = [.. transports];
                _changed.Set();
            }
        }

        public Task WhenLookedAtAsync()
        {
            lock (_gate)
            {
                _lookedAt = NewSource();
                _changed.Set();
                return _lookedAt.Task.WaitAsync(Patience.Limit);
            }
        }

        public IReadOnlySet<string> TransportsTo(NodeId node)
        {
            lock (_gate)
            {
                _lookedAt.TrySetResult();
                return node == Peer ? _transports : new HashSet<string>();
            }
        }

        public Task WhenChangedAsync(CancellationToken cancel) => _changed.WaitAsync(cancel);

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
