using Ferry.Simulation.Scenarios;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>A power cut at every disk operation of every party.</summary>
public sealed class CrashPointTests(SeedRuns runs, ITestOutputHelper output)
{
    /// <summary>Operations after a restart: reading the log and beginning a new segment take about this many.</summary>
    private const int RecoveryOperations = 16;

    public static TheoryData<string, int> Scenarios
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var scenario in CrashPoints.All)
                for (var seed = 1; seed <= SeedRuns.CrashPointSeeds; seed++) data.Add(scenario.Name, seed);
            return data;
        }
    }

    /// <summary>The seed decides what each power cut keeps of the unflushed.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_power_cut_at_any_disk_operation_breaks_no_promise(string scenario, int seed)
    {
        var report = runs.CrashPointsOf(CrashPoints.Find(scenario)!, seed);
        output.WriteLine(report.Summary);
        Assert.True(report.Failures.Count == 0, $"{report.Summary}\n{SeedTests.Describe(report.Failures)}");
        Assert.True(report.Count > 80, report.Summary);
    }

    [Fact]
    public void A_second_power_cut_while_recovering_breaks_no_promise()
    {
        for (var again = 1; again <= RecoveryOperations; again++)
        {
            var report = CrashPoints.Enumerate(CrashPoints.Small, seed: (ulong)again, again);
            output.WriteLine($"again after {again}: {report.Summary}");
            Assert.True(report.Failures.Count == 0, $"{report.Summary}\n{SeedTests.Describe(report.Failures)}");
        }
    }
}
