using Ferry.Runtime.Composition;
using Ferry.TestKit;
using Xunit;

namespace Ferry.Tests.Runtime.Composition;

public sealed class RestartPolicyTests
{
    private readonly TestClock _time = new();
    private readonly RestartPolicy _policy;

    public RestartPolicyTests() => _policy = new RestartPolicy(_time);

    [Fact]
    public void Waits_grow_while_errors_follow_one_another()
    {
        var first = _policy.After(byNeighbour: true);
        var second = _policy.After(byNeighbour: true);

        Assert.True(first > TimeSpan.Zero && second > first);
    }

    [Fact]
    public void Errors_that_nobody_brings_about_end_the_node_when_they_keep_coming()
    {
        for (var i = 1; i < RestartPolicy.FaultsMax; i++) Assert.NotNull(_policy.After(byNeighbour: false));
        Assert.Null(_policy.After(byNeighbour: false));
    }

    [Fact]
    public void Whoever_brings_errors_about_cannot_end_the_node()
    {
        for (var i = 0; i < 10 * RestartPolicy.FaultsMax; i++) Assert.NotNull(_policy.After(byNeighbour: true));
    }

    [Fact]
    public void An_error_after_a_sound_run_is_the_first_one()
    {
        var first = _policy.After(byNeighbour: false);
        for (var i = 0; i < 3 * RestartPolicy.FaultsMax; i++)
        {
            _policy.OnStarted();
            _time.Advance(RestartPolicy.Sound);
            Assert.Equal(first, _policy.After(byNeighbour: false));
        }
    }
}
