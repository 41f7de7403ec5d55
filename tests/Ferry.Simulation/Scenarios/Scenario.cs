namespace Ferry.Simulation.Scenarios;

/// <summary>A named world with its faults; the seed fills in what is left to chance.</summary>
/// <param name="SetUp">Makes nodes, wires and wishes and schedules the faults.</param>
internal sealed record Scenario(string Name, Action<Stage> SetUp)
{
    public override string ToString() => Name;
}
