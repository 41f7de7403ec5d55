using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class GuessLimitTests
{
    private readonly TestClock _time = new();
    private readonly GuessLimit _limit;

    public GuessLimitTests() => _limit = new GuessLimit(_time);

    [Fact]
    public void Host_has_a_few_tries_and_then_one_in_a_while()
    {
        Assert.Equal(GuessLimit.TriesOfOrigin, Tries("a", 100));
        Assert.Equal(1, Tries("b", 1));
        _time.Advance(GuessLimit.OriginEvery);
        Assert.Equal(1, Tries("a", 100));
        _time.Advance(100 * GuessLimit.OriginEvery);
        Assert.Equal(GuessLimit.TriesOfOrigin, Tries("a", 100));
    }

    [Fact]
    public void Many_hosts_have_a_limit_together()
    {
        Assert.Equal(GuessLimit.TriesInTotal, Enumerable.Range(0, 1000).Sum(n => Tries($"{n}", 1)));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(10, Enumerable.Range(0, 1000).Sum(n => Tries($"x{n}", 1)));
    }

    [Fact]
    public void Right_try_is_given_back()
    {
        for (var n = 0; n < 1000; n++)
        {
            Assert.True(_limit.TryTake("a"));
            _limit.GiveBack("a");
        }
    }

    [Fact]
    public void Host_that_used_its_tries_is_not_forgotten_for_others()
    {
        Assert.Equal(GuessLimit.TriesOfOrigin, Tries("a", 100));
        for (var n = 0; n < 2 * GuessLimit.OriginsMax; n++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            if (_limit.TryTake($"{n}")) _limit.GiveBack($"{n}");
        }
        Assert.True(Tries("a", 100) <= 1);
    }

    private int Tries(string origin, int times) => Enumerable.Range(0, times).Count(_ => _limit.TryTake(origin));
}
