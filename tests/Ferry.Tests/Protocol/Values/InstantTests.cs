using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class InstantTests
{
    [Fact]
    public void Spans_and_instants_add_up()
    {
        var later = Some.At(2) + TimeSpan.FromMilliseconds(3);
        Assert.Equal(2_003_000, later.Microseconds);
        Assert.Equal(TimeSpan.FromMilliseconds(3), later - Some.At(2));
        Assert.Equal(Some.At(2), later - TimeSpan.FromMilliseconds(3));
    }

    [Fact]
    public void Earliest_of_none_is_never()
    {
        Assert.Equal(Instant.Never, Instant.Earliest());
        Assert.Equal(Some.At(1), Instant.Earliest(Some.At(3), Some.At(1), Instant.Never));
    }

    [Fact]
    public void Instants_are_ordered()
    {
        Assert.True(Some.At(1) < Some.At(2) && Some.At(2) > Some.At(1) && Some.At(2) < Instant.Never);
        Assert.True(Some.At(1) <= Some.At(1) && Some.At(1) >= Some.At(1));
        Assert.False(Some.At(1) < Some.At(1) || Some.At(1) > Some.At(1));
        Assert.Equal(Some.At(1), Instant.Min(Some.At(2), Some.At(1)));
    }
}
