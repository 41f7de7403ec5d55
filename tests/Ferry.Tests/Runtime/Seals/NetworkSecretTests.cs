using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Ferry.Runtime.Seals;
using Xunit;

namespace Ferry.Tests.Runtime.Seals;

public sealed class NetworkSecretTests
{
    private static readonly byte[] Text = "what members say"u8.ToArray();
    private static readonly byte[] Ends = [1, 2, 3];
    private static readonly NetworkSecret Key = new(Bytes32.From(Enumerable.Repeat((byte)0x4E, 32).ToArray()));

    [Fact]
    public void Box_opens_with_its_key_for_its_ends_only()
    {
        var box = Key.Seal(Text, Ends);
        Assert.Equal(Text, Key.Open(box, Ends));
        Assert.Equal(Key.Tag, NetworkSecret.TagOf(box));
        Assert.Null(Key.Open(box, [1, 2, 4]));
        Assert.Null(NetworkSecret.New().Open(box, Ends));
        Assert.NotEqual(box, Key.Seal(Text, Ends));
    }

    [Fact]
    public void No_byte_of_a_box_can_be_changed_left_out_or_added()
    {
        var box = Key.Seal(Text, Ends);
        for (var at = 0; at < box.Length; at++)
        {
            var changed = box.ToArray();
            changed[at] ^= 1;
            Assert.Null(Key.Open(changed, Ends));
            Assert.Null(Key.Open(box.AsSpan(0, at), Ends));
        }
        Assert.Null(Key.Open([.. box, 0], Ends));
        Assert.Null(NetworkSecret.TagOf([]));
    }

    /// <summary>Written from docs/protocol.md §5.1 alone.</summary>
    [Fact]
    public void Second_implementation_opens_a_box()
    {
        var (key, box) = (Key.Key.ToArray(), Key.Seal(Text, Ends));
        var tag = Expand(key, "ferry network tag 1"u8)[..8];
        Assert.Equal(tag, box[..8]);
        var once = Expand(key, [.. "ferry network message 1"u8, .. box[8..32]]);
        using var aes = new AesGcm(once.AsSpan(0, 32), 16);
        var text = new byte[Text.Length];
        aes.Decrypt(once.AsSpan(32, 12), box.AsSpan(32, Text.Length), box.AsSpan(32 + Text.Length), text, Ends);
        Assert.Equal(Text, text);
    }

    /// <summary>HKDF-Expand of RFC 5869, two blocks of it.</summary>
    private static byte[] Expand(byte[] key, ReadOnlySpan<byte> info)
    {
        var first = HMACSHA256.HashData(key, (byte[])[.. info, 1]);
        return [.. first, .. HMACSHA256.HashData(key, (byte[])[.. first, .. info, 2])];
    }
}
