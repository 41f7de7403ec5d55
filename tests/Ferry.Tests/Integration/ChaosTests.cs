using System.Globalization;
using Ferry.Tests.Integration.Chaos;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Real processes on real wires, in which nodes are killed (SIGKILL) and started, and wires cut and healed, at random
/// out of a seed, while files go about. In the end every file must be there once and whole, and every log empty.
/// </summary>
[Trait("Category", "Root")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const string SeedVariable = "FERRY_CHAOS_SEED";
    private const string MinutesVariable = "FERRY_CHAOS_MINUTES";

    [Fact]
    public Task Nothing_is_lost_in_a_mesh_of_eight() => RunAsync(seed: 1, TimeSpan.FromSeconds(45));

    [Fact]
    [Trait("Category", "Slow")]
    public Task Nothing_is_lost_for_as_long_as_told()
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) ?? $"{Environment.TickCount % 100_000}";
        var minutes = Environment.GetEnvironmentVariable(MinutesVariable) ?? "5";
        return RunAsync(
            int.Parse(seed, CultureInfo.InvariantCulture),
            TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)));
    }

    private async Task RunAsync(int seed, TimeSpan length)
    {
        var plan = ChaosPlan.Make(seed, length);
        await using var lab = await NetworkLab.UpAsync([.. plan.Wires.Select(wire => wire.Topology)]);
        lab.NodeOptions = ["--verbose"];
        var run = new ChaosRun(plan, lab);
        try
        {
            await run.RunAsync();
        }
        catch (Exception failure)
        {
            var again = string.Create(
                CultureInfo.InvariantCulture, $"{SeedVariable}={seed} {MinutesVariable}={length.TotalMinutes}");
            throw new InvalidOperationException(
                $"{failure.Message}\nReplay: {again} dotnet tests/Ferry.Tests/bin/Release/net10.0/Ferry.Tests.dll "
                + $"-method '*{nameof(Nothing_is_lost_for_as_long_as_told)}'\n{await run.PostMortemAsync()}", failure);
        }
        var summary = $"seed {seed}, {length.TotalSeconds} s: {run.Kills} kills, {run.Cuts} cuts, "
            + $"{run.Resumed} transfers found in logs";
        output.WriteLine(summary);
        Assert.True(run is { Kills: > 0, Cuts: > 0, Resumed: > 0 }, $"this shows nothing: {summary}");
    }
}
