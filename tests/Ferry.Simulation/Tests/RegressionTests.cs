using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>
/// Runs that once failed, each with what was wrong. A seed means another run when the code around it changes, so a bug
/// that can be said in a unit test has one as well; these are kept because they cost nothing.
/// </summary>
public sealed class RegressionTests
{
    [Theory]
    [InlineData("leave-rejoin", 11, "unsealed pieces of a replaced session used up their link's room")]
    [InlineData("disk-faulty", 4, "a partial file whose folder could not be flushed was left behind")]
    [InlineData("disk-faulty", 37, "the name of a partial file made in trouble was not flushed before the ACK")]
    [InlineData("swarm", 284, "an opening that the log noted although it failed was left in it, and came twice")]
    [InlineData("swarm", 360, "a power cut brought back a partial file whose deletion was not flushed")]
    [InlineData("swarm", 6566, "after a restart a partial file was written to before it was whole")]
    [InlineData("swarm", 8460, "after a restart a partial file was written to before its name was durable")]
    [InlineData("cancels", 20001, "a download waited for a holder that was gone while another had refused for good")]
    [InlineData("clock-jumps", 7, "a node whose clock had been set back stayed out of reach behind a relay")]
    [InlineData("clock-jumps", 29, "a node whose clock had been set back stayed out of reach behind a relay")]
    public void What_failed_once_does_not_fail_again(string scenario, ulong seed, string wasWrong)
    {
        var result = SimRun.Execute(Catalogue.Find(scenario)!, seed);
        Assert.True(result.Failure is null, $"{wasWrong}, and now: {result.Failure}\n{result.Replay}");
    }
}
