using System.Net;
using Ferry.Transports.Lan;
using Xunit;

namespace Ferry.Tests.Transports.Lan;

public sealed class LanSegmentTests
{
    private static readonly LanSegment V4 = new(
        "eth0", 2, IPAddress.Parse("192.168.1.7"), IPAddress.Parse("192.168.1.255"), 24, 4747);

    private static readonly LanSegment V6 = new(
        "eth0", 2, IPAddress.Parse("fe80::1%2"), IPAddress.Parse("ff12::4747%2"), 64, 4747);

    [Theory]
    [InlineData("192.168.1.9", true)]
    [InlineData("192.168.2.9", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("fe80::9%2", false)]
    public void Segment_of_IPv4_has_the_addresses_of_its_network(string address, bool expected) =>
        Assert.Equal(expected, V4.Has(IPAddress.Parse(address)));

    [Theory]
    [InlineData("fe80::9%2", true)]
    [InlineData("fe80::9%3", false)]
    [InlineData("2001:db8::9", false)]
    [InlineData("192.168.1.9", false)]
    public void Segment_of_IPv6_has_the_addresses_of_the_link(string address, bool expected) =>
        Assert.Equal(expected, V6.Has(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.2.1", 30, "10.1.2.3")]
    [InlineData("172.16.5.4", 20, "172.16.15.255")]
    public void Everybody_is_the_last_address_of_the_network(string own, int prefixBits, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), LanSegment.Broadcast(IPAddress.Parse(own), prefixBits));

    [Fact]
    public void Host_of_a_link_local_address_has_the_name_of_its_card()
    {
        var source = new IPEndPoint(IPAddress.Parse("fe80::9%2"), 4748);
        Assert.Equal("fe80::9%eth0", new LanDatagram(source, V6, default).Host);
    }

    /// <summary>Whoever tells of a machine cannot make this node send to the internet.</summary>
    [Theory]
    [InlineData("192.168.1.9", true, true)]
    [InlineData("192.168.1.9", false, true)]
    [InlineData("192.168.7.9", true, true)]
    [InlineData("192.168.7.9", false, false)]
    [InlineData("10.1.2.3", true, true)]
    [InlineData("172.16.0.1", true, true)]
    [InlineData("172.32.0.1", true, false)]
    [InlineData("8.8.8.8", true, false)]
    [InlineData("fd77::9", true, true)]
    [InlineData("2001:db8::9", true, false)]
    [InlineData("fe80::9%2", false, true)]
    [InlineData("fe80::9%3", true, false)]
    public void Machines_of_a_segment_and_those_that_were_told_and_are_private_are_near(
        string address, bool isTold, bool expected)
    {
        var host = IPAddress.Parse(address);
        var segment = LanSegment.For(host, [V4, V6], isTold ? [host] : []);
        Assert.Equal(expected, segment is not null);
        if (segment is not null) Assert.Equal(host.AddressFamily, segment.Own.AddressFamily);
    }

    /// <summary>A node that listens on the loopback alone has no segment, and so sends nothing.</summary>
    [Fact]
    public void Where_the_node_does_not_listen_is_no_segment() => Assert.Empty(LanSegment.Now(_ => null));
}
