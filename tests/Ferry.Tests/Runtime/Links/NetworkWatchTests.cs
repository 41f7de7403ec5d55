using System.Net.NetworkInformation;
using Ferry.Runtime.Links;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class NetworkWatchTests
{
    private readonly TestClock _clock = new();
    private int _changes;

    [Fact]
    public void Changes_that_the_system_tells_of_are_passed_on_and_nothing_else_is()
    {
        NetworkAddressChangedEventHandler? tell = null;
        using var watch = Watch(handler => tell = handler);
        tell!(null, EventArgs.Empty);
        _clock.Advance(10 * NetworkWatch.LookEvery);
        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Where_the_system_does_not_tell_there_may_be_a_change_now_and_then()
    {
        using (Watch(_ => throw new NetworkInformationException(13)))
        {
            _clock.Advance(NetworkWatch.LookEvery);
            _clock.Advance(NetworkWatch.LookEvery);
            Assert.Equal(2, _changes);
        }

        _clock.Advance(NetworkWatch.LookEvery);
        Assert.Equal(2, _changes);
    }

    private NetworkWatch Watch(Action<NetworkAddressChangedEventHandler> subscribe) =>
        new(() => _changes++, subscribe, _clock, NullLogger.Instance);
}
