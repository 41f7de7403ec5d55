using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class GreetingTests
{
    [Theory]
    [InlineData("Others join this node with:  join 192.168.1.7", "tcp://192.168.1.7:4747", "tcp://10.0.0.5:4747")]
    [InlineData("Others join this node with:  join 192.168.1.7:5000", "tcp://127.0.0.1:4747", "tcp://192.168.1.7:5000")]
    [InlineData("Others join this node with:  join [2001:db8::7]", "tcp://[2001:db8::7]:4747")]
    [InlineData("Only this machine can join this node, with:  join 127.0.1.1:5000", "tcp://127.0.1.1:5000")]
    [InlineData("Only this machine can join this node, with:  join [::1]", "tcp://[::1]:4747")]
    [InlineData("Others join this node with:  join bluetooth://00:11:22:33:44:55/3", "bluetooth://00:11:22:33:44:55/3")]
    [InlineData(null)]
    public void Address_that_others_can_use_is_told(string? told, params string[] addresses) =>
        Assert.Equal(told, Greeting.HowToJoin(addresses));

    [Fact]
    public void Link_local_address_is_told_with_what_the_other_machine_has_to_change()
    {
        var told = Greeting.HowToJoin(["tcp://[fe80::7%wlan0]:4747"]);
        Assert.StartsWith("Others join this node with:  join [fe80::7%wlan0]  (", told, StringComparison.Ordinal);
        Assert.Contains("not wlan0", told, StringComparison.Ordinal);
    }
}
