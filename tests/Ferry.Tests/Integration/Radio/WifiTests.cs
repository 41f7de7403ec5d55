using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration.Radio;

/// <summary>Devices that have only ad hoc Wi-Fi (IBSS): no access point, no router.</summary>
[Collection(RadioCollection.Name)]
public sealed class WifiTests(RadioLab lab)
{
    private const int FileBytes = 6 << 20;
    private static readonly ResendBound Bound = new(Air.WifiRate * 1000);

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    public async Task A_file_crosses_two_hops_where_the_ends_do_not_hear_each_other()
    {
        await lab.BeginAsync();
        await Air.WifiAsync((Air.Left, Air.Middle), (Air.Middle, Air.Right));
        await lab.Left.DoAsync("join", Air.WifiAddress(Air.Middle));
        await lab.Right.DoAsync("join", Air.WifiAddress(Air.Middle));
        var source = await lab.ShareAsync(lab.Left, lab.Right, "two-hops.bin", FileBytes);

        var completed = await lab.Right.FetchAsync("two-hops.bin");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(2, completed.Items("sources")[0].Number("hops"));
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task Out_of_range_in_the_middle_and_back_costs_only_time()
    {
        await lab.BeginAsync();
        await Air.LimitWifiAsync();
        await Air.WifiAsync((Air.Left, Air.Middle));
        await lab.Left.DoAsync("join", Air.WifiAddress(Air.Middle));
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "lost-wifi.bin", 2 * FileBytes);

        await using var run = lab.Left.Request("lost-wifi.bin");
        Bound.AssertBites((await run.ReachAsync(0.65)).Number("bytes"));
        await Air.WifiAsync();
        await lab.Left.WaitForLinksAsync(lab.Middle);
        await Air.WifiAsync((Air.Left, Air.Middle));
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        Bound.AssertHolds(completed.Number("resent"));
        await lab.Left.WaitForNoTransfersAsync();
        await lab.Middle.WaitForNoTransfersAsync();
    }
}
