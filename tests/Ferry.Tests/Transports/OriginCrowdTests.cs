using Ferry.Transports;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class OriginCrowdTests
{
    [Theory]
    [InlineData("a", 0)]
    [InlineData("a b", 0)]
    [InlineData("a b b", 1)]
    [InlineData("a b c b a a", 0)]
    [InlineData("c b a b", 1)]
    public void Oldest_of_the_origin_with_the_most_goes(string origins, int gone) =>
        Assert.Equal(gone, OriginCrowd.OldestOfLargest(origins.Split(' ')));

    [Theory]
    [InlineData("tcp://10.0.0.1:1000", "10.0.0.1")]
    [InlineData("tcp://10.0.0.1:2000", "10.0.0.1")]
    [InlineData("tcp://[::ffff:10.0.0.1]:2000", "10.0.0.1")]
    [InlineData("tcp://[2001:db8:1:2:3:4:5:6]:1", "2001:db8:1:2::")]
    [InlineData("bluetooth://AA:BB:CC:DD:EE:FF/3", "AA:BB:CC:DD:EE:FF")]
    [InlineData("memory://dialer", "memory://dialer")]
    public void Origin_is_the_host(string address, string origin) =>
        Assert.Equal(origin, AddressOrigin.Of(address));
}
