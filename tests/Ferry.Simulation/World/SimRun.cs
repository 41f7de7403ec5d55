using Ferry.Simulation.Replay;
using Ferry.Simulation.Scenarios;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.World;

/// <summary>What a node did in a run: each of these is a moment at which its power can go.</summary>
/// <param name="First">The number of its first disk operation after it was set up.</param>
internal readonly record struct NodeActivity(long First, long Last, long Deliveries)
{
    public long Operations => Last - First + 1;
}

/// <param name="Failure">Null when all checkers were content.</param>
/// <param name="CrashOutcomes">
/// In how many ways the first power cut of the plan could have left the disk; 0 when it never came.
/// </param>
internal sealed record RunResult(
    Scenario Scenario, ulong Seed, CrashPlan? Plan, string? Failure, ulong Hash, TimeSpan Virtual, long Steps,
    Reached Reached, IReadOnlyList<NodeActivity> Activity, long CrashOutcomes)
{
    /// <summary>One command that runs it again, with every event on the screen.</summary>
    public string Replay =>
        $"dotnet run --project tests/Ferry.Simulation -- --seed {Seed} --scenario {Scenario.Name}"
        + (Plan is null ? "" : $" --crash {Plan}") + " --trace";
}

/// <summary>One scenario with one seed from beginning to end.</summary>
internal static class SimRun
{
    /// <summary>
    /// How long the calm may last until all is at rest. The longest silence is a holder's: its ACK timer doubles from
    /// 20 s to 10 min, and one Resume may be lost.
    /// </summary>
    public static readonly TimeSpan RestLimit = TimeSpan.FromMinutes(45);

    /// <param name="flights">Takes the recordings of the nodes' cores.</param>
    public static RunResult Execute(
        Scenario scenario, ulong seed, TextWriter? text = null, CrashPlan? plan = null, Flights? flights = null)
    {
        // The scenario's name is part of the seed, so that seed 1 of one is not like seed 1 of another.
        var mixed = scenario.Name.Aggregate(seed, (hash, letter) => (hash ^ letter) * 0x100000001B3);
        var world = new SimWorld(mixed, new Trace(text)) { Flights = flights };
        var stage = new Stage(world);
        string? failure = null;
        long[] before = [];
        try
        {
            scenario.SetUp(stage);
            before = [.. world.Nodes.Select(node => node.Disk.Operations)];
            if (plan is not null) CrashDrill.Arm(world, plan);
            if (plan is not null) world.Checks.Resent.LossesMax = plan.Losses;
            world.RunTo(stage.FaultsEnd.Ticks / 10);
            stage.Calm();
            ComeToRest(world, stage);
            stage.RestartAfterDiskFaults();
            ComeToRest(world, stage);
            world.Checks.AtRest();
        }
        catch (SimCrash crash)
        {
            failure = $"a power cut was caught by nobody: {crash}";
        }
        catch (SimFailure broken)
        {
            failure = broken.Message;
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            // Invariants of the program throw: that is a finding like any other.
            failure = $"exception: {bug}";
        }
        if (failure is not null) failure = $"at {world.Now / 1e6:F3} s: {failure}";
        return new RunResult(
            scenario, seed, plan, failure, world.Trace.Hash, TimeSpan.FromMicroseconds(world.Now), world.Steps,
            world.Reached,
            [.. world.Nodes.Zip(before, (node, setUp)
                => new NodeActivity(setUp + 1, node.Disk.Operations, node.Crashes.Deliveries))],
            plan is null ? 0 : world.Nodes[plan.Points[0].Node].Disk.CrashOutcomes);
    }

    private static void ComeToRest(SimWorld world, Stage stage)
    {
        if (!world.RunUntil(stage.IsAtRest, RestLimit))
            throw new SimFailure($"liveness: not at rest {RestLimit.TotalMinutes:F0} min after the last fault: "
                + stage.WhatIsLeft());
    }
}
