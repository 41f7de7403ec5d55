using Ferry.Simulation.Scenarios;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>A power cut at every disk operation of every party.</summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios => [.. CrashPoints.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_power_cut_at_any_disk_operation_breaks_no_promise(string scenario)
    {
        var report = CrashPoints.Enumerate(CrashPoints.Find(scenario)!, seed: 1);
        output.WriteLine(report.Summary);
        Assert.True(report.Failures.Count == 0, $"{report.Summary}\n{SeedTests.Describe(report.Failures)}");
        Assert.True(report.Count > 100, report.Summary);
    }
}
