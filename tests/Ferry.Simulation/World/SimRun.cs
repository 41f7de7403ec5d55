using Ferry.Simulation.Disk;
using Ferry.Simulation.Scenarios;

namespace Ferry.Simulation.World;

/// <param name="Node">Whose power goes.</param>
/// <param name="Operation">At which of its disk operations.</param>
/// <param name="Again">And again so many operations after the restart; 0 for not again.</param>
internal readonly record struct CrashPoint(int Node, long Operation, int Again = 0)
{
    public override string ToString() => $"{Node}:{Operation}" + (Again > 0 ? $":{Again}" : "");
}

/// <param name="Failure">Null when all checkers were content.</param>
/// <param name="Operations">The numbers of each node's disk operations, from when it first started.</param>
internal sealed record RunResult(
    Scenario Scenario, ulong Seed, CrashPoint? CrashPoint, string? Failure, ulong Hash, TimeSpan Virtual, long Steps,
        Reached Reached,
    IReadOnlyList<(long First, long Last)> Operations)
{
    /// <summary>One command that runs it again, with every event on the screen.</summary>
    public string Replay =>
        $"dotnet run --project tests/Ferry.Simulation -- --seed {Seed} --scenario {Scenario.Name}"
        + (CrashPoint is { } point ? $" --crash {point}" : "") + " --trace";
}

/// <summary>One scenario with one seed from beginning to end.</summary>
internal static class SimRun
{
    /// <summary>
    /// How long the calm may last until all is at rest. The longest silence is a holder's: its ACK timer doubles from
    /// 20 s
    /// to 10 min, and one Resume may be lost.
    /// </summary>
    public static readonly TimeSpan RestLimit = TimeSpan.FromMinutes(45);

    public static RunResult Execute(Scenario scenario, ulong seed, TextWriter? text = null,
        CrashPoint? crashPoint = null)
    {
        // The scenario's name is part of the seed, so that seed 1 of one is not like seed 1 of another.
        var mixed = scenario.Name.Aggregate(seed, (hash, letter) => (hash ^ letter) * 0x100000001B3);
        var world = new SimWorld(mixed, new Trace(text));
        var stage = new Stage(world);
        string? failure = null;
        long[] before = [];
        try
        {
            scenario.SetUp(stage);
            before = [.. world.Nodes.Select(node => node.Disk.Operations)];
            if (crashPoint is { } point) world.Nodes[point.Node].PlanCrash(point);
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
            scenario, seed, crashPoint, failure, world.Trace.Hash, TimeSpan.FromMicroseconds(world.Now), world.Steps,
                world.Reached,
            [.. world.Nodes.Zip(before, (node, setUp) => (setUp + 1, node.Disk.Operations))]);
    }

    private static void ComeToRest(SimWorld world, Stage stage)
    {
        if (!world.RunUntil(stage.IsAtRest, RestLimit))
            throw new SimFailure($"liveness: not at rest {RestLimit.TotalMinutes:F0} min after the last fault: "
                + stage.WhatIsLeft());
    }
}
