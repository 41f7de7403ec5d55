using Ferry.Protocol.Content;
using Xunit;

namespace Ferry.Tests.Protocol.Content;

public sealed class FileTraitsTests
{
    [Theory]
    [InlineData(0, 0, 5, 0x1ed, 5, 0x1ed)]
    [InlineData(5, 0x1ed, 0, 0, 5, 0x1ed)]
    [InlineData(9, 0x1ed, 5, 0x180, 5, 0x180)]
    [InlineData(-9, 0x1a4, 5, 0x1ed, -9, 0x1a4)]
    [InlineData(0, 0, 0, 0, 0, 0)]
    public void Two_holders_words_make_the_earlier_time_and_the_narrower_mode(
        long one, int mode, long other, int otherMode, long both, int bothMode)
    {
        var (a, b) = (new FileTraits(one, mode), new FileTraits(other, otherMode));
        Assert.Equal(new FileTraits(both, bothMode), a.And(b));
        Assert.Equal(new FileTraits(both, bothMode), b.And(a));
    }
}
