using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class TrafficKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Prefix = [4, 0, 0, 9];

    [Fact]
    public void What_one_seals_the_other_opens_across_renewals_by_frames()
    {
        AssertRoundTrips(new RekeyPolicy(FramesMax: 3, BytesMax: long.MaxValue), messages: 10, generations: 3);
    }

    [Fact]
    public void What_one_seals_the_other_opens_across_renewals_by_bytes()
    {
        AssertRoundTrips(new RekeyPolicy(FramesMax: long.MaxValue, BytesMax: 24), messages: 10, generations: 3);
    }

    [Fact]
    public void Same_frame_is_sealed_differently_each_time_also_after_renewal()
    {
        using var key = new TrafficKey(Secret, new RekeyPolicy(4, long.MaxValue));
        var seen = new HashSet<string>();
        for (var i = 0; i < 20; i++) Assert.True(seen.Add(Convert.ToHexString(Seal(key, [1, 2, 3, 4, 5, 6, 7, 8]))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(23)]
    public void Frame_with_a_bit_changed_does_not_open(int position)
    {
        var policy = RekeyPolicy.Standard;
        using var sending = new TrafficKey(Secret, policy);
        using var receiving = new TrafficKey(Secret, policy);
        var frame = Seal(sending, [1, 2, 3, 4, 5, 6, 7, 8]);
        frame[position] ^= 1;
        Assert.False(receiving.TryOpen(Prefix, frame.AsSpan(0, 8), frame.AsSpan(8)));
    }

    [Fact]
    public void Frame_under_another_prefix_or_out_of_turn_does_not_open()
    {
        var policy = RekeyPolicy.Standard;
        using var sending = new TrafficKey(Secret, policy);
        var first = Seal(sending, [1, 2]);
        var second = Seal(sending, [3, 4]);
        using var other = new TrafficKey(Secret, policy);
        Assert.False(other.TryOpen([5, 0, 0, 9], first.AsSpan(0, 2), first.AsSpan(2)));
        using var early = new TrafficKey(Secret, policy);
        Assert.False(early.TryOpen(Prefix, second.AsSpan(0, 2), second.AsSpan(2)));
    }

    private static void AssertRoundTrips(RekeyPolicy policy, int messages, int generations)
    {
        using var sending = new TrafficKey(Secret, policy);
        using var receiving = new TrafficKey(Secret, policy);
        for (var i = 0; i < messages; i++)
        {
            byte[] plain = [(byte)i, 2, 3, 4, 5, 6, 7, 8];
            var frame = Seal(sending, plain);
            Assert.True(receiving.TryOpen(Prefix, frame.AsSpan(0, plain.Length), frame.AsSpan(plain.Length)));
            Assert.Equal(plain, frame[..plain.Length]);
        }

        Assert.Equal(generations, sending.Generation);
        Assert.Equal(generations, receiving.Generation);
    }

    private static byte[] Seal(TrafficKey key, byte[] plain)
    {
        var frame = new byte[plain.Length + TrafficKey.TagBytes];
        key.Seal(Prefix, plain, frame.AsSpan(0, plain.Length), frame.AsSpan(plain.Length));
        return frame;
    }
}
