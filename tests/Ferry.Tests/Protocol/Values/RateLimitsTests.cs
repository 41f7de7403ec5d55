using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class RateLimitsTests
{
    private static readonly NodeId Boat = Some.Node(2);
    private static readonly NodeId Shed = Some.Node(3);
    private readonly RateLimits _limits = new();

    [Theory]
    [InlineData(1_000)]
    [InlineData(100_000)]
    [InlineData(5_000_000)]
    public void What_passes_keeps_to_the_rate_in_the_long_run_whatever_the_size_of_a_piece(int piece)
    {
        const long Rate = 1_000_000;
        _limits.Set([new RateRule(null, null, Rate)]);
        var (now, passed) = (Some.At(100), 0L);
        while (now - Some.At(100) < Some.Seconds(60))
        {
            if (_limits.Wait(now, Boat, "tcp") is { } wait)
            {
                now += wait;
                continue;
            }
            _limits.Take(now, Boat, "tcp", piece);
            passed += piece;
        }
        Assert.InRange(passed, 60 * Rate - piece, 60.25 * Rate + 2 * piece);
    }

    [Fact]
    public void Rest_is_saved_for_a_moment_only()
    {
        _limits.Set([new RateRule(null, null, 1_000)]);
        _limits.Take(Some.At(1_000), Boat, "tcp", 1_250);
        Assert.Equal(1, _limits.Wait(Some.At(1_000), Boat, "tcp")!.Value.TotalSeconds, tolerance: 0.001);
    }

    [Fact]
    public void All_limits_that_fit_are_kept()
    {
        _limits.Set(
        [
            new RateRule(null, null, 4_000_000), new RateRule(Boat, null, 1_000_000),
            new RateRule(null, "bluetooth", 50_000),
        ]);
        Assert.Equal(4_000_000, _limits.Least(Shed, "tcp"));
        Assert.Equal(1_000_000, _limits.Least(Boat, "tcp"));
        Assert.Equal(50_000, _limits.Least(Boat, "bluetooth"));
        Assert.Equal(50_000, _limits.Least(Shed, "tcp+bluetooth"));

        _limits.Take(Some.At(1), Boat, "tcp", 2_000_000);
        Assert.NotNull(_limits.Wait(Some.At(1), Boat, "tcp"));
        Assert.NotNull(_limits.Wait(Some.At(1), Shed, "tcp"));
        Assert.Null(_limits.Wait(Some.At(1.4), Shed, "tcp"));
        Assert.NotNull(_limits.Wait(Some.At(1.4), Boat, "tcp"));
    }

    [Fact]
    public void Without_a_limit_all_passes_at_once()
    {
        Assert.True(_limits.IsEmpty);
        _limits.Take(Some.At(1), Boat, "tcp", long.MaxValue);
        Assert.Null(_limits.Wait(Some.At(1), Boat, "tcp"));
        Assert.Equal(int.MaxValue, _limits.BytesAtOnce(Boat, "tcp"));
    }

    /// <summary>Else who changes one limit would give all others a new burst.</summary>
    [Fact]
    public void Limit_that_stays_owes_what_it_owed()
    {
        var stays = new RateRule(Boat, null, 1_000);
        _limits.Set([stays]);
        _limits.Take(Some.At(1), Boat, "tcp", 10_000);
        _limits.Set([new RateRule(null, null, 5_000_000), stays]);
        Assert.NotNull(_limits.Wait(Some.At(2), Boat, "tcp"));
        _limits.Set([]);
        Assert.Null(_limits.Wait(Some.At(2), Boat, "tcp"));
    }
}
