using Ferry.Protocol.Values;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class FingerprintTests
{
    [Fact]
    public void Eighty_bits_of_the_id_stand_in_groups()
    {
        Assert.True(Bytes32.TryParse("3f9a8c0177aa0b2c91de" + new string('5', 44), out var hash));
        Assert.Equal("3f9a-8c01-77aa-0b2c-91de", Fingerprint.Of(new NodeId(hash)));
        Assert.True(4 * Fingerprint.Digits >= 80);
    }

    [Fact]
    public void Of_no_node_there_is_none() => Assert.Equal("", Fingerprint.Group(""));
}
