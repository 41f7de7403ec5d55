using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class Bytes32Tests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];
    private const string CountingText = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void Bytes_come_out_as_they_went_in() => Assert.Equal(Counting, Bytes32.From(Counting).ToArray());

    [Fact]
    public void Text_is_the_bytes_in_order() => Assert.Equal(CountingText, Bytes32.From(Counting).ToString());

    [Fact]
    public void Text_is_read_back_in_either_case()
    {
        Assert.True(Bytes32.TryParse(CountingText, out var lower));
        Assert.True(Bytes32.TryParse(CountingText.ToUpperInvariant(), out var upper));
        Assert.Equal(Bytes32.From(Counting), lower);
        Assert.Equal(lower, upper);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00")]
    [InlineData(" 00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    public void Anything_else_is_not_a_digest(string text)
    {
        Assert.False(Bytes32.TryParse(text, out var value));
        Assert.Equal(default, value);
    }

    [Fact]
    public void Order_is_that_of_the_bytes()
    {
        var digests = Enumerable.Range(0, 200).Select(number => SHA256.HashData([(byte)number])).ToList();
        var byText = digests.Select(Convert.ToHexStringLower).Order(StringComparer.Ordinal);
        Assert.Equal(byText, digests.Select(bytes => Bytes32.From(bytes)).Order().Select(value => value.ToString()));
    }

    [Fact]
    public void Each_word_counts_in_the_order()
    {
        var zero = default(Bytes32);
        Bytes32[] rising = [zero, zero with { D = 1 }, zero with { C = 1 }, zero with { B = 1 }, zero with { A = 1 }];
        Assert.Equal(rising, rising.Reverse().Order());
    }
}
