using Ferry.Transports;
using Ferry.Transports.Memory;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class LinkPathTests
{
    [Theory]
    [InlineData("tcp://10.0.1.2:4747", "tcp://10.0.1.1:50000", "10.0.1.1 10.0.1.2")]
    [InlineData("tcp://[fe80::2]:4747", "tcp://[fe80::1%3]:50000", "fe80::1%3 fe80::2")]
    [InlineData(
        "bluetooth://AA:BB:CC:DD:EE:02/3", "bluetooth://AA:BB:CC:DD:EE:01", "AA:BB:CC:DD:EE:01 AA:BB:CC:DD:EE:02")]
    [InlineData("tcp://?", "tcp://10.0.1.1:50000", "10.0.1.1 tcp://?")]
    public void Path_is_the_hosts_at_both_ends_whoever_connected(string one, string other, string hosts)
    {
        Assert.Equal($"memory {hosts}", PathBetween(one, other));
        Assert.Equal($"memory {hosts}", PathBetween(other, one));
    }

    [Fact]
    public void Ports_do_not_make_another_path() => Assert.Equal(
        PathBetween("tcp://10.0.1.1:4747", "tcp://10.0.1.2:50000"),
        PathBetween("tcp://10.0.1.1:50001", "tcp://10.0.1.2:4747"));

    [Fact]
    public void Another_network_is_another_path() => Assert.NotEqual(
        PathBetween("tcp://10.0.1.1:4747", "tcp://10.0.1.2:50000"),
        PathBetween("tcp://10.0.2.1:4747", "tcp://10.0.2.2:50000"));

    private static string PathBetween(string near, string far) =>
        LinkPath.Of(MemoryConnection.Pair(LinkFixture.Traits(1000), near, far).Dialer);
}
