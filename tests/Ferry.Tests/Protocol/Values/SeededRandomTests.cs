using Ferry.Protocol.Values;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class SeededRandomTests
{
    /// <summary>The first numbers of SplitMix64 for two seeds, as its reference code in C gives them.</summary>
    [Theory]
    [InlineData(0, 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)]
    [InlineData(1234567, 6457827717110365317, 3203168211198807973, 9817491932198370423)]
    public void Numbers_are_those_of_the_reference(ulong seed, ulong first, ulong second, ulong third)
    {
        var random = new SeededRandom(seed);
        Assert.Equal([first, second, third], [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()]);
    }

    [Fact]
    public void Two_numbers_make_one_of_128_bits() =>
        Assert.Equal(new UInt128(0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4), new SeededRandom(0).NextUInt128());

    [Fact]
    public void Everything_drawn_is_within_its_bounds() =>
        Prop.ForAll<ulong, PositiveInt>((seed, max) =>
        {
            var random = new SeededRandom(seed);
            var (number, part) = (random.Next(max.Get), random.NextDouble());
            var jitter = random.Jitter(TimeSpan.FromSeconds(10));
            return number >= 0 && number < max.Get && part is >= 0 and < 1
                && jitter >= TimeSpan.FromSeconds(8) && jitter <= TimeSpan.FromSeconds(12);
        }).QuickCheckThrowOnFailure();
}
