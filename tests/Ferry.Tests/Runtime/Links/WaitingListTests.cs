using Ferry.Runtime.Links;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class WaitingListTests
{
    private readonly TestClock _time = new();
    private readonly WaitingList _waiting;

    public WaitingListTests() => _waiting = new WaitingList(_time, NullLogger.Instance);

    [Fact]
    public void Who_asks_again_is_listed_once_with_what_it_said_last()
    {
        Ask(1, "tcp://10.0.0.1:1000");
        _time.Advance(TimeSpan.FromMinutes(50));
        _waiting.Add(new Applicant(Some.Node(1), "renamed", "tcp://10.0.0.1:2000"));
        _time.Advance(TimeSpan.FromMinutes(50));

        var waiting = Assert.Single(_waiting.All);
        Assert.Equal("renamed", waiting.Nickname);
        Assert.Equal(TimeSpan.FromMinutes(100), _time.GetUtcNow() - waiting.Since);
        Assert.True(_waiting.Arrivals.TryRead(out _));
        Assert.False(_waiting.Arrivals.TryRead(out _));
    }

    [Fact]
    public void Who_does_not_ask_any_more_is_gone()
    {
        Ask(1, "tcp://10.0.0.1:1");
        _time.Advance(WaitingList.PatienceMax + TimeSpan.FromSeconds(1));
        Assert.Empty(_waiting.All);
    }

    [Fact]
    public void Host_with_many_keys_pushes_out_its_own_only()
    {
        Ask(1, "tcp://10.0.0.1:1");
        for (var n = 100; n < 200; n++) Ask(n, $"tcp://10.0.0.2:{n}");

        Assert.Equal(1 + WaitingList.NodesOfOriginMax, _waiting.All.Count);
        Assert.Contains(_waiting.All, it => it.Node == Some.Node(1));
        Assert.Contains(_waiting.All, it => it.Node == Some.Node(199));
        Assert.DoesNotContain(_waiting.All, it => it.Node == Some.Node(100));
    }

    [Fact]
    public void Host_takes_one_place_however_many_addresses_of_its_network_it_takes()
    {
        for (var n = 1; n <= 20; n++) Ask(n, $"tcp://[2001:db8::{n}]:4747");
        Assert.Equal(WaitingList.NodesOfOriginMax, _waiting.All.Count);
    }

    [Fact]
    public void Full_list_makes_room_where_the_most_wait()
    {
        for (var n = 0; n < WaitingList.NodesOfOriginMax; n++) Ask(n + 1, $"tcp://10.0.0.9:{n + 1}");
        for (var n = WaitingList.NodesOfOriginMax; n < WaitingList.NodesMax; n++) Ask(n + 1, $"tcp://10.0.1.{n}:1");

        Ask(1000, "tcp://10.0.2.1:1");

        Assert.Equal(WaitingList.NodesMax, _waiting.All.Count);
        Assert.DoesNotContain(_waiting.All, it => it.Node == Some.Node(1));
        Assert.Contains(_waiting.All, it => it.Node == Some.Node(1000));
    }

    private void Ask(int node, string address) => _waiting.Add(new Applicant(Some.Node(node), $"node{node}", address));
}
