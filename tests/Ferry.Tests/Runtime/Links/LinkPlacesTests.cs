using Ferry.Runtime.Links;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class LinkPlacesTests
{
    private readonly List<string> _links = [];
    private readonly LinkPlaces _places;

    public LinkPlacesTests() => _places = new LinkPlaces(linksMax: 64, () => _links);

    [Fact]
    public void One_host_takes_a_part_whatever_its_ports()
    {
        for (var port = 1; _places.HasRoomFor($"tcp://10.0.0.1:{port}"); port++) _links.Add($"tcp://10.0.0.1:{port}");
        Assert.Equal(_places.OfHostMax, _links.Count);
        Assert.Equal(8, _links.Count);
        Assert.True(_places.HasRoomFor("tcp://10.0.0.2:1"));
    }

    [Fact]
    public void Network_of_ipv6_is_one_host()
    {
        for (var host = 1; _places.HasRoomFor($"tcp://[2001:db8::{host:x}]:1"); host++)
            _links.Add($"tcp://[2001:db8::{host:x}]:1");
        Assert.Equal(_places.OfHostMax, _links.Count);
    }

    [Fact]
    public void Hosts_that_have_only_addresses_of_their_link_are_hosts_each()
    {
        for (var host = 1; _places.HasRoomFor($"tcp://[fe80::{host:x}%2]:1"); host++)
            _links.Add($"tcp://[fe80::{host:x}%2]:1");
        Assert.Equal(_places.OfStrangersMax, _links.Count);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public void Programs_of_this_machine_take_what_there_is_for_strangers(string host)
    {
        for (var port = 1; _places.HasRoomFor($"tcp://{host}:{port}"); port++) _links.Add($"tcp://{host}:{port}");
        Assert.Equal(_places.OfStrangersMax, _links.Count);
    }

    [Fact]
    public void Strangers_leave_places_for_nodes_that_the_user_knows()
    {
        for (var host = 1; _places.HasRoomFor($"tcp://10.0.0.{host}:1"); host++) _links.Add($"tcp://10.0.0.{host}:1");
        Assert.Equal((_places.OfStrangersMax, 48), (_links.Count, _places.OfStrangersMax));
    }
}
