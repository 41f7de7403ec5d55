using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class BackoffTests
{
    private static readonly Backoff Backoff = new(Some.Seconds(1), Some.Seconds(30));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 16)]
    [InlineData(5, 30)]
    [InlineData(62, 30)]
    [InlineData(int.MaxValue, 30)]
    [InlineData(-1, 1)]
    public void Wait_doubles_with_each_failure_up_to_its_maximum(int failures, int seconds) =>
        Assert.Equal(Some.Seconds(seconds), Backoff.After(failures));

    [Fact]
    public void Maximum_bounds_the_first_wait_too() =>
        Assert.Equal(Some.Seconds(30), (Backoff with { First = Some.Seconds(40) }).After(0));
}
