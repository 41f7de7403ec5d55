using System.Security.Cryptography;
using System.Text;
using Ferry.Names;
using Xunit;

namespace Ferry.Tests.Names;

public sealed class NfcTests
{
    [Theory]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("a\u0302\u0323", "\u1EAD")]
    [InlineData("a\u0323\u0302", "\u1EAD")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0301abc", "\u0301abc")]
    [InlineData("", "")]
    public void Composed_is(string text, string expected) => Assert.Equal(expected, Nfc.Of(text));

    /// <summary>The sums were computed with Python 3.11's unicodedata.normalize("NFC", …), Unicode 14.0.</summary>
    [Theory]
    [InlineData("", "", "1ffc8e6ce9e83df8e49fd62d6abb68f981775aed0b5101b88c213d4653e9b540")]
    [InlineData("\u0327", "\u0301\u0323", "19e61d285b5af9fe678003fbc2425b7c8d5d89aa79b28a3a68b4df4ff5144549")]
    public void Every_code_point_is_composed_as_elsewhere(string before, string after, string expected)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var rune = 0; rune <= 0x10FFFF; rune++)
        {
            if (!Rune.IsValid(rune)) continue;
            sum.AppendData(Encoding.UTF8.GetBytes(Nfc.Of(before + new Rune(rune) + after)));
        }
        Assert.Equal(expected, Convert.ToHexStringLower(sum.GetHashAndReset()));
    }

    [Fact]
    public void Four_thousand_marks_on_one_letter_are_sorted_in_no_time()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 2000));
        Assert.Equal("\u1EA1" + new string('\u0323', 1999) + new string('\u0301', 2000), Nfc.Of("a" + marks));
    }

    [Fact]
    public void Lone_surrogate_does_not_throw() => Assert.Equal("\uFFFD", Nfc.Of("\uD800"));
}
