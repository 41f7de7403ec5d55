using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration.Radio;

/// <summary>Devices that have only Bluetooth: RFCOMM between kernel stacks, at the rate of real radios.</summary>
[Collection(RadioCollection.Name)]
public sealed class BluetoothTests(RadioLab lab)
{
    /// <summary>Some fifteen seconds of a link.</summary>
    private const int FileBytes = 3 << 20;
    private const double Late = 0.6;
    private static readonly ResendBound Bound = new(Air.BluetoothRate * 1000);

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task Two_devices_join_by_address_alone()
    {
        await lab.BeginAsync();
        await Air.BluetoothAsync((Air.Left, Air.Middle));
        // The devices share one Bluetooth daemon, which lists one node at a time: the middle's once the others left.
        await RadioLab.JoinAsync(lab.Left, Air.BluetoothAddress(Air.Middle));
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "two.bin", FileBytes / 6);

        var completed = await lab.Left.FetchAsync("two.bin");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal("bluetooth", completed.Items("sources")[0].Text("transport"));
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task Three_devices_in_a_line_are_two_hops()
    {
        await lab.BeginAsync();
        await JoinAsync(lab.Left);
        await JoinAsync(lab.Right);
        var source = await lab.ShareAsync(lab.Right, lab.Left, "line.bin", FileBytes / 6);

        var completed = await lab.Left.FetchAsync("line.bin");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(2, completed.Items("sources")[0].Number("hops"));
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task Out_of_range_in_the_middle_and_back_costs_only_time()
    {
        await lab.BeginAsync();
        await JoinAsync(lab.Left);
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "lost-bluetooth.bin", FileBytes);

        await using var run = lab.Left.Request("lost-bluetooth.bin");
        await ReachAsync(run);
        await Air.CutBluetoothAsync(Air.Left, Air.Middle);
        await lab.Left.WaitForLinksAsync(lab.Middle);
        await Air.BluetoothAsync((Air.Left, Air.Middle));

        await AssertEndsWellAsync(run, source);
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task An_adapter_that_is_turned_off_and_on_costs_only_time()
    {
        await lab.BeginAsync();
        await JoinAsync(lab.Left);
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "power.bin", FileBytes);

        await using var run = lab.Left.Request("power.bin");
        await ReachAsync(run);
        await Air.PowerAsync(Air.Left, on: false);
        await lab.Left.WaitForLinksAsync(lab.Middle);
        var refused = await lab.Left.RunAsync("join", Air.BluetoothAddress(Air.Right));
        Assert.Contains("hci0 is off", refused.Errors);
        await Air.PowerAsync(Air.Left, on: true);

        await AssertEndsWellAsync(run, source);
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    public async Task A_holder_that_is_killed_and_comes_back_goes_on_by_itself()
    {
        await lab.BeginAsync();
        await JoinAsync(lab.Left);
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "killed-holder.bin", FileBytes);

        await using var run = lab.Left.Request("killed-holder.bin");
        await ReachAsync(run);
        await lab.Middle.KillAsync();
        await lab.Middle.StartAsync();

        await AssertEndsWellAsync(run, source);
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task A_requester_that_is_killed_and_comes_back_goes_on_by_itself()
    {
        await lab.BeginAsync();
        await JoinAsync(lab.Left);
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "killed-requester.bin", FileBytes);

        var before = await Air.BluetoothBytesFromAsync(Air.Middle);
        await using var run = lab.Left.Request("killed-requester.bin");
        await ReachAsync(run);
        await lab.Left.KillAsync();
        await lab.Left.StartAsync();

        var target = Path.Combine(lab.Left.Downloads, "killed-requester.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        Bound.AssertHoldsOver(await Air.BluetoothBytesFromAsync(Air.Middle) - before, FileBytes);
        await lab.Left.WaitForNoTransfersAsync();
        await lab.Middle.WaitForNoTransfersAsync();
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task Who_is_within_range_is_discovered_and_who_is_not_is_not()
    {
        await lab.BeginAsync();
        await Air.BluetoothAsync((Air.Left, Air.Middle));

        var found = await Eventually.GetAsync(
            "somebody to be discovered", () => lab.Left.RunAsync("discover"), answer => answer.Code == 0);

        var middle = Assert.Single(found.Objects);
        Assert.Contains(Air.BluetoothAddress(Air.Middle), middle.Text("address"), StringComparison.Ordinal);
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task A_controller_that_is_pulled_out_and_put_in_again_costs_only_time()
    {
        await lab.BeginAsync();
        await JoinAsync(lab.Left);
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "unplugged.bin", FileBytes);

        await using var run = lab.Left.Request("unplugged.bin");
        await ReachAsync(run);
        await Air.UnplugAsync(Air.Left);
        await lab.Left.WaitForLinksAsync(lab.Middle);
        await Air.PlugAsync(Air.Left);

        await AssertEndsWellAsync(run, source);
    }

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    [Trait("Category", "Slow")]
    public async Task Who_cannot_be_joined_is_told_apart()
    {
        await lab.BeginAsync();

        var absent = await lab.Left.RunAsync("join", Air.BluetoothAddress(Air.Middle));
        Assert.Equal(1, absent.Code);
        Assert.Contains("out of range", absent.Errors);

        var stranger = await lab.Left.RunAsync("join", Air.BluetoothAddress(Air.Stranger));
        Assert.Equal(1, stranger.Code);
        Assert.Contains("no Ferry node", stranger.Errors);

        var shut = await lab.Left.RunAsync("join", Air.BluetoothAddress(Air.Stranger) + "/29");
        Assert.Equal(1, shut.Code);
        Assert.Contains("no Ferry node listens there", shut.Errors);
    }

    private static async Task JoinAsync(TestNode node)
    {
        await Air.BluetoothAsync((Air.Left, Air.Middle), (Air.Middle, Air.Right));
        await RadioLab.JoinAsync(node, $"{Air.BluetoothAddress(Air.Middle)}/{Air.Channel}");
    }

    private static async Task ReachAsync(RequestRun run) =>
        Bound.AssertBites((await run.ReachAsync(Late)).Number("bytes"));

    private async Task AssertEndsWellAsync(RequestRun run, string source)
    {
        var completed = await run.CompleteAsync();
        Contents.AssertSame(source, completed.Text("path"));
        Bound.AssertHolds(completed.Number("resent"));
        await lab.Left.WaitForNoTransfersAsync();
        await lab.Middle.WaitForNoTransfersAsync();
    }
}
