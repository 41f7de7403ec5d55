using Ferry.Transports;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class NodeAddressTests
{
    [Theory]
    [InlineData("192.168.1.7", "tcp://192.168.1.7:4747")]
    [InlineData("  192.168.1.7\n", "tcp://192.168.1.7:4747")]
    [InlineData("192.168.1.7:9", "tcp://192.168.1.7:9")]
    [InlineData("boat.local", "tcp://boat.local:4747")]
    [InlineData("pi-3:65535", "tcp://pi-3:65535")]
    [InlineData("tcp://0.0.0.0:0", "tcp://0.0.0.0:0")]
    [InlineData("TCP://boat:1/", "tcp://boat:1")]
    [InlineData("[fe80::1]", "tcp://[fe80::1]:4747")]
    [InlineData("[fe80::1%eth0]:80", "tcp://[fe80::1%eth0]:80")]
    [InlineData("tcp://[::]:4747", "tcp://[::]:4747")]
    [InlineData("aa:bb:cc:dd:ee:ff", "bluetooth://AA:BB:CC:DD:EE:FF")]
    [InlineData("AA:BB:CC:DD:EE:FF/7", "bluetooth://AA:BB:CC:DD:EE:FF/7")]
    [InlineData("bluetooth://AA:BB:CC:DD:EE:FF/30", "bluetooth://AA:BB:CC:DD:EE:FF/30")]
    [InlineData("bluetooth://hci0", "bluetooth://hci0")]
    [InlineData("bluetooth://hci1/22", "bluetooth://hci1/22")]
    [InlineData("Bluetooth://aA:00:01:10:fF:09/1", "bluetooth://AA:00:01:10:FF:09/1")]
    [InlineData("memory://here", "memory://here")]
    public void Address_is_understood_and_its_long_form_means_the_same(string text, string expected)
    {
        var parsed = NodeAddress.Parse(text);
        Assert.Equal(expected, parsed.Value?.ToString());
        Assert.Equal(parsed.Value, NodeAddress.Parse(expected).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(":4747")]
    [InlineData("boat:")]
    [InlineData("boat:0x10")]
    [InlineData("boat:65536")]
    [InlineData("boat:-1")]
    [InlineData("boat:+1")]
    [InlineData("boat:99999999999999999999")]
    [InlineData("fe80::1")]
    [InlineData("[fe80::1")]
    [InlineData("[fe80::1]4747")]
    [InlineData("[192.168.1.7]:4747")]
    [InlineData("[]:1")]
    [InlineData("256.1.1.1")]
    [InlineData("10.1")]
    [InlineData("1")]
    [InlineData("a b")]
    [InlineData("boat/x")]
    [InlineData("../boat")]
    [InlineData("http://boat")]
    [InlineData("tcp://")]
    [InlineData("://")]
    [InlineData("memory://")]
    [InlineData("bluetooth://")]
    [InlineData("AA:BB:CC:DD:EE:FF/0")]
    [InlineData("AA:BB:CC:DD:EE:FF/31")]
    [InlineData("AA:BB:CC:DD:EE:FF/x")]
    [InlineData("AA:BB:CC:DD:EE:FG")]
    [InlineData("bluetooth://a_b")]
    [InlineData("bluetooth://AA:BB:CC:DD:EE:FG")]
    [InlineData("bluetooth://AA:BB:CC:DD:EE")]
    [InlineData("bluetooth://AA-BB-CC-DD-EE-FF")]
    [InlineData("bluetooth://hci0/0")]
    [InlineData("bluetooth://averyveryverylongname")]
    [InlineData("bluetooth:///7")]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("bo\u0007at")]
    public void What_is_no_address_is_refused_with_a_sentence_that_quotes_it(string text)
    {
        var failure = NodeAddress.Parse(text).Failure;
        Assert.Equal(LinkFailureKind.BadAddress, failure?.Kind);
        Assert.Contains($"'{text.Replace('\u0007', '?')}'", failure!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Text, char.IsControl);
    }

    [Theory]
    [InlineData("tcp://192.168.1.7:4747", true)]
    [InlineData("tcp://[2001:db8::7]:4747", true)]
    [InlineData("bluetooth://AA:BB:CC:DD:EE:FF/3", true)]
    [InlineData("tcp://192.168.1.7:0", false)]
    [InlineData("tcp://boat:4747", false)]
    [InlineData("tcp://127.0.0.1:4747", false)]
    [InlineData("tcp://[::1]:4747", false)]
    [InlineData("tcp://[fe80::1]:4747", false)]
    [InlineData("tcp://0.0.0.0:4747", false)]
    [InlineData("tcp://[::]:4747", false)]
    [InlineData("tcp://224.0.0.251:4747", false)]
    [InlineData("tcp://255.255.255.255:4747", false)]
    [InlineData("tcp://[ff02::1]:4747", false)]
    [InlineData("bluetooth://hci0", false)]
    public void Only_what_means_one_machine_everywhere_can_be_offered(string text, bool expected) =>
        Assert.Equal(expected, NodeAddress.Parse(text).Value!.CanBeOffered);

    [Fact]
    public void Long_text_is_refused_and_quoted_in_part()
    {
        var failure = NodeAddress.Parse(new string('x', 10_000)).Failure;
        Assert.Equal(LinkFailureKind.BadAddress, failure?.Kind);
        Assert.True(failure!.Text.Length < 300);
    }
}
