using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>A seed is a run: without that no failure could be replayed.</summary>
public sealed class DeterminismTests
{
    public static TheoryData<string> Scenarios => [.. Catalogue.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_same_seed_gives_the_same_trace(string name)
    {
        var scenario = Catalogue.Find(name)!;
        var (first, again) = (SimRun.Execute(scenario, 7), SimRun.Execute(scenario, 7));
        Assert.Equal((first.Hash, first.Steps, first.Virtual), (again.Hash, again.Steps, again.Virtual));
    }

    [Fact]
    public void Writing_the_trace_down_does_not_change_it()
    {
        var scenario = Catalogue.Find("swarm")!;
        using var text = new StringWriter();
        Assert.Equal(SimRun.Execute(scenario, 3).Hash, SimRun.Execute(scenario, 3, text).Hash);
        Assert.NotEmpty(text.ToString());
    }

    [Fact]
    public void Another_seed_gives_another_trace()
    {
        var scenario = Catalogue.Find("swarm")!;
        Assert.NotEqual(SimRun.Execute(scenario, 1).Hash, SimRun.Execute(scenario, 2).Hash);
    }
}
