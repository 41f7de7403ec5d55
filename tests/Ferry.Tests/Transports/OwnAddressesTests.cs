using System.Net;
using Ferry.Transports.Tcp;
using Xunit;

namespace Ferry.Tests.Transports;

/// <summary>Which addresses of this machine are told to people, and in which order.</summary>
public sealed class OwnAddressesTests
{
    private static readonly OwnAddress
        Loopback = Card("127.0.0.1", "lo"), Wifi = Card("192.168.1.7", "wlan0"), Cable = Card("10.0.0.5", "eth0"),
        Bridge = new(IPAddress.Parse("172.17.0.1"), "docker0", IsBridge: true),
        BridgeV6 = new(IPAddress.Parse("fe80::1%9"), "docker0", IsBridge: true),
        WifiV6 = Card("2001:db8:1::7", "wlan0"), LinkLocal = Card("fe80::7%3", "wlan0"),
        LinkLocalV4 = Card("169.254.3.4", "eth0");

    [Fact]
    public void Way_out_is_first_and_bridges_are_last() =>
        AssertOrder([Wifi, Cable, Bridge], [Bridge, Cable, Loopback, Wifi], Wifi);

    [Fact]
    public void Way_out_over_a_bridge_is_first_too() => AssertOrder([Bridge, Cable], [Cable, Bridge], Bridge);

    [Fact]
    public void Ways_out_of_both_families_come_before_other_cards() =>
        AssertOrder([Wifi, WifiV6, Cable], [Cable, WifiV6, Wifi], WifiV6, Wifi);

    [Fact]
    public void Socket_of_IPv4_has_no_addresses_of_IPv6() => Assert.Equal(
        [Wifi], OwnAddresses.Order([WifiV6, Wifi, LinkLocal], [WifiV6.Address], withV6: false));

    [Fact]
    public void Link_local_addresses_are_told_when_there_are_no_others()
    {
        AssertOrder([Wifi], [LinkLocal, LinkLocalV4, Wifi], Wifi);
        AssertOrder([LinkLocalV4, LinkLocal], [LinkLocal, LinkLocalV4]);
        AssertOrder([LinkLocal, Bridge], [Bridge, BridgeV6, LinkLocal]);
    }

    [Fact]
    public void Where_cards_are_not_told_the_way_out_is() =>
        AssertOrder([new OwnAddress(Wifi.Address, null, IsBridge: false)], [], Wifi);

    [Fact]
    public void Machine_without_a_network_has_none() => AssertOrder([], [Loopback, Card("::1", "lo")]);

    private static void AssertOrder(OwnAddress[] told, OwnAddress[] found, params OwnAddress[] waysOut) =>
        Assert.Equal(told, OwnAddresses.Order(found, [.. waysOut.Select(own => own.Address)], withV6: true));

    private static OwnAddress Card(string address, string card) => new(IPAddress.Parse(address), card, IsBridge: false);
}
