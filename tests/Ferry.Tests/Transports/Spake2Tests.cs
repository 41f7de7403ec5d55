using Ferry.Tests.Transports.Plain;
using Ferry.Transports.Secure;
using Org.BouncyCastle.Math;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class Spake2Tests
{
    private static readonly byte[] A = "server"u8.ToArray();
    private static readonly byte[] B = "client"u8.ToArray();

    /// <summary>RFC 9382, appendix B, the first.</summary>
    [Fact]
    public void Vector_of_the_RFC()
    {
        var key = new PassphraseKey(
            new BigInteger("2ee57912099d31560b3a44b1184b9b4866e904c49d12ac5042c97dca461b1a5f", 16));
        var dialer = new Spake2(key, true, new BigInteger(
            "43dd0fd7215bdcb482879fca3220c6a968e66d70b1356cac18bb26c84a78d729", 16));
        var listener = new Spake2(key, false, new BigInteger(
            "dcb60106f276b02606d8ef0a328c02e4b629f84f89786af5befb0bc75b6e66be", 16));

        AssertHex(
            "04a56fa807caaa53a4d28dbb9853b9815c61a411118a6fe516a8798434751470f9"
                + "010153ac33d0d5f2047ffdb1a3e42c9b4e6be662766e1eeb4116988ede5f912c", dialer.Share);
        AssertHex(
            "0406557e482bd03097ad0cbaa5df82115460d951e3451962f1eaf4367a420676d0"
                + "9857ccbc522686c83d1852abfa8ed6e4a1155cf8f1543ceca528afb591a1e0b7", listener.Share);
        Assert.True(dialer.Meet(listener.Share, A, B, []));
        Assert.True(listener.Meet(dialer.Share, A, B, []));
        const string OfA = "58ad4aa88e0b60d5061eb6b5dd93e80d9c4f00d127c65b3b35b1b5281fee38f0";
        const string OfB = "d3e2e547f1ae04f2dbdbf0fc4b79f8ecff2dff314b5d32fe9fcef2fb26dc459b";
        AssertHex(OfA, dialer.Own.ToArray());
        AssertHex(OfB, dialer.Others.ToArray());
        AssertHex(OfB, listener.Own.ToArray());
        AssertHex(OfA, listener.Others.ToArray());
    }

    /// <summary>By other code, with other arithmetic, from docs/protocol.md.</summary>
    [Fact]
    public void Another_implementation_comes_to_the_same()
    {
        const string Phrase = "bafod gihun";
        var other = new PlainSpake2(Phrase);
        var key = PassphraseKey.Of(Phrase);
        byte[] binding = [1, 2, 3];

        var dialer = new Spake2(key, dialed: true);
        Assert.True(dialer.Meet(other.ShareOfListener(12345), A, B, binding));
        AssertSame(
            other.Confirm(dialer.Share, other.ShareOfListener(12345), 12345, A, B, binding, dialed: false), dialer);

        var listener = new Spake2(key, dialed: false);
        Assert.True(listener.Meet(other.ShareOfDialer(54321), A, B, binding));
        var (ofA, ofB) = other.Confirm(other.ShareOfDialer(54321), listener.Share, 54321, A, B, binding, dialed: true);
        Assert.Equal(ofB, listener.Own.ToArray());
        Assert.Equal(ofA, listener.Others.ToArray());
    }

    [Fact]
    public void Confirmation_depends_on_passphrase_both_names_and_context()
    {
        var key = Key(7);
        var seen = new HashSet<string>();
        foreach (var (mine, a, b, context) in new[]
        {
            (key, A, B, new byte[] { 1 }), (key, A, B, [2]), (key, B, B, [1]), (key, A, A, [1]), (Key(8), A, B, [1]),
        })
        {
            var dialer = new Spake2(mine, true, BigInteger.Three);
            Assert.True(dialer.Meet(new Spake2(key, false, BigInteger.Four).Share, a, b, context));
            Assert.True(seen.Add(Convert.ToHexString(dialer.Own.Span)));
            Assert.True(seen.Add(Convert.ToHexString(dialer.Others.Span)));
        }
    }

    [Fact]
    public void Share_sent_back_does_not_confirm_itself()
    {
        var dialer = new Spake2(Key(7), dialed: true);
        Assert.True(dialer.Meet(dialer.Share, A, B, []));
        Assert.False(dialer.Own.Span.SequenceEqual(dialer.Others.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("04")]
    public void Share_that_is_too_short_is_refused(string hexadecimal) =>
        Assert.False(new Spake2(Key(7), true).Meet(Convert.FromHexString(hexadecimal), A, B, []));

    [Fact]
    public void Share_that_is_no_point_or_gives_nothing_away_is_refused()
    {
        var key = Key(7);
        var share = new Spake2(key, false).Share;
        for (var at = 0; at < share.Length; at++)
        {
            var changed = (byte[])share.Clone();
            changed[at] ^= 1;
            Assert.False(new Spake2(key, true).Meet(changed, A, B, []));
        }
        Assert.False(new Spake2(key, true).Meet([4, .. new byte[64]], A, B, []));
        Assert.False(new Spake2(key, true).Meet([4, .. Enumerable.Repeat((byte)0xFF, 64)], A, B, []));
        // w N itself: the shared point would be at infinity, whatever the dialer's number is.
        Assert.False(new Spake2(key, true).Meet(key.OfListener.GetEncoded(false), A, B, []));
    }

    private static PassphraseKey Key(int w) => new(BigInteger.ValueOf(w));

    private static void AssertSame((byte[] OfA, byte[] OfB) expected, Spake2 dialer)
    {
        Assert.Equal(expected.OfA, dialer.Own.ToArray());
        Assert.Equal(expected.OfB, dialer.Others.ToArray());
    }

    private static void AssertHex(string expected, byte[] actual) =>
        Assert.Equal(expected, Convert.ToHexStringLower(actual));
}
