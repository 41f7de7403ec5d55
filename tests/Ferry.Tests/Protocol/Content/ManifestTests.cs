using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Xunit;

namespace Ferry.Tests.Protocol.Content;

public sealed class ManifestTests
{
    /// <summary>Reckoned outside this program, from the words of docs/protocol.md §1.</summary>
    [Theory]
    [InlineData(0, "30ef1f80914d6664a9c782baadd80c6a83fd41725e20820ae25c4c8a7a233533")]
    [InlineData(150_000, "19752523f306a0f61666b6325e1c2d8e0c5958204107f288537eae0649f9f864")]
    public void Content_id_is_the_known_one(int length, string expected) =>
        Assert.Equal(expected, Of(Counting(length)).Id.ToString());

    [Fact]
    public void Content_id_of_abc_is_the_known_one() => Assert.Equal(
        "4540a5042b5ee59692b6ad17767e13690086455cc74675c2d758fde8a87b77f6", Of("abc"u8.ToArray()).Id.ToString());

    [Fact]
    public void Content_id_of_one_full_chunk_is_the_known_one() => Assert.Equal(
        "d8f4929878ea5ce3c967c26c6c6ab5da324eea906e063e63736cc1beb85e4f6f", Of(new byte[65_536]).Id.ToString());

    [Fact]
    public void Each_chunk_is_verified_alone()
    {
        var bytes = Counting(150_000);
        var manifest = Of(bytes);
        Assert.True(manifest.Verify(0, bytes.AsSpan(0, 65_536)));
        Assert.True(manifest.Verify(2, bytes.AsSpan(131_072)));
        Assert.False(manifest.Verify(1, bytes.AsSpan(0, 65_536).ToArray().Append((byte)0).ToArray()));
        Assert.False(manifest.Verify(2, bytes.AsSpan(131_072, 100)));
    }

    [Fact]
    public void Any_flipped_bit_of_a_chunk_is_noticed()
    {
        var bytes = "abc"u8.ToArray();
        var manifest = Of(bytes);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(manifest.Verify(0, bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void True_manifest_of_a_peer_is_taken()
    {
        var ours = Of(Counting(150_000));
        var theirs = Manifest.TryCreate(ours.Id, 150_000, ours.Leaves);
        Assert.Equal(ours.Id, theirs!.Id);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(131_072)]
    [InlineData(149_999)]
    [InlineData(196_609)]
    [InlineData(ChunkLayout.ContentBytesMax + 1)]
    [InlineData(long.MaxValue)]
    public void Manifest_with_another_size_is_refused(long size)
    {
        var ours = Of(Counting(150_000));
        Assert.Null(Manifest.TryCreate(ours.Id, size, ours.Leaves));
    }

    [Fact]
    public void Manifest_with_other_leaves_is_refused()
    {
        var ours = Of(Counting(150_000));
        var leaves = ours.Leaves.ToArray();
        leaves[40] ^= 1;
        Assert.Null(Manifest.TryCreate(ours.Id, 150_000, leaves));
        Assert.Null(Manifest.TryCreate(ours.Id, 150_000, ours.Leaves[..64]));
        Assert.Null(Manifest.TryCreate(ours.Id, 150_000, ours.Leaves[..65]));
        Assert.Null(Manifest.TryCreate(ours.Id, 150_000, default));
    }

    [Fact]
    public void Wrong_number_of_leaves_of_our_own_is_a_bug() =>
        Assert.Throws<ArgumentException>(() => Manifest.Create(150_000, new byte[64]));

    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)index)];

    private static Manifest Of(byte[] bytes)
    {
        var chunks = bytes.Chunk(ChunkLayout.For(bytes.Length).ChunkBytes);
        return Manifest.Create(bytes.Length, (byte[])[.. chunks.SelectMany(SHA256.HashData)]);
    }
}
