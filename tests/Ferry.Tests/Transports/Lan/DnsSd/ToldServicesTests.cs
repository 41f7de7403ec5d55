using System.Net;
using Ferry.Transports.Lan.DnsSd;
using Xunit;

namespace Ferry.Tests.Transports.Lan.DnsSd;

public sealed class ToldServicesTests
{
    private const string Own = "ferry-0123abcd";

    private readonly ToldServices _told = new(Own);

    [Fact]
    public void Host_of_a_service_is_told_until_it_goes()
    {
        var service = Service("ferry-1");
        Assert.True(_told.Add(service, flags: 0));
        _told.OnResolver(service, "/resolver/1");
        Assert.Empty(_told.Hosts);
        _told.OnAddress(service, "192.168.1.9");
        Assert.Equal([IPAddress.Parse("192.168.1.9")], _told.Hosts);
        _told.OnAddress(service, "192.168.1.10");
        Assert.Equal([IPAddress.Parse("192.168.1.10")], _told.Hosts);
        Assert.Equal("/resolver/1", _told.Remove(service));
        Assert.Empty(_told.Hosts);
        Assert.Null(_told.Remove(service));
    }

    [Fact]
    public void Address_that_replaces_a_usable_one_and_is_none_takes_it_away()
    {
        var service = Service("ferry-1");
        _told.Add(service, flags: 0);
        _told.OnAddress(service, "192.168.1.9");
        _told.OnAddress(service, "nonsense");
        Assert.Empty(_told.Hosts);
    }

    [Fact]
    public void Own_services_and_those_of_this_machine_are_left_out()
    {
        Assert.False(_told.Add(Service(Own), flags: 0));
        Assert.False(_told.Add(Service("ferry-1"), ToldServices.IsLocal | 4));
        _told.OnAddress(Service("ferry-1"), "192.168.1.9");
        Assert.Empty(_told.Hosts);
    }

    [Fact]
    public void Flood_of_services_costs_bounded_memory_and_room_is_made_when_one_goes()
    {
        for (var number = 0; number < 10_000; number++)
        {
            var service = Service($"ferry-{number}");
            Assert.Equal(number < ToldServices.ServicesMax, _told.Add(service, flags: 0));
            _told.OnAddress(service, $"10.0.{number / 256}.{number % 256}");
        }
        Assert.Equal(ToldServices.ServicesMax, _told.Hosts.Count);
        _told.Remove(Service("ferry-0"));
        Assert.True(_told.Add(Service("another"), flags: 0));
        Assert.False(_told.Add(Service("one more"), flags: 0));
    }

    [Fact]
    public void Names_that_are_none_of_DNS_are_passed_over()
    {
        Assert.False(_told.Add(Service(new string('x', 64)), flags: 0));
        Assert.False(_told.Add(new ServiceKey(2, 0, "ferry-1", new string('x', 256)), flags: 0));
    }

    [Theory]
    [InlineData("192.168.1.9", "192.168.1.9")]
    [InlineData("fd77::9", "fd77::9")]
    [InlineData("fe80::9", "fe80::9%2")]
    [InlineData("", null)]
    [InlineData("7", null)]
    [InlineData("192.168.265", null)]
    [InlineData("0x7f.0.0.2", null)]
    [InlineData("0.0.0.0", null)]
    [InlineData("127.0.0.2", null)]
    [InlineData("224.0.0.251", null)]
    [InlineData("255.255.255.255", null)]
    [InlineData("::", null)]
    [InlineData("::1", null)]
    [InlineData("ff02::fb", null)]
    [InlineData("::ffff:127.0.0.1", null)]
    [InlineData("fe80::9%3", null)]
    [InlineData("[fd77::9]:80", null)]
    [InlineData("host.local", null)]
    public void Address_is_taken_when_another_machine_can_have_it(string text, string? expected) =>
        Assert.Equal(
            expected is null ? null : IPAddress.Parse(expected), ToldServices.ReadAddress(text, card: 2));

    [Fact]
    public void Link_local_address_of_an_unknown_card_is_of_no_use() =>
        Assert.Null(ToldServices.ReadAddress("fe80::9", card: -1));

    private static ServiceKey Service(string name) => new(Card: 2, Family: 0, name, "local");
}
