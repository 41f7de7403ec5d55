using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration.Radio;

/// <summary>Two devices with both: bulk moves, in the middle of a transfer, as Wi-Fi comes and goes.</summary>
[Collection(RadioCollection.Name)]
public sealed class RadioHandoverTests(RadioLab lab)
{
    /// <summary>More than a minute of Bluetooth.</summary>
    private const int FileBytes = 16 << 20;
    private static readonly ResendBound Bound = new(Air.WifiRate * 1000);

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    public async Task A_transfer_moves_to_Wifi_back_to_Bluetooth_and_to_Wifi_again()
    {
        await lab.BeginAsync();
        await Air.LimitWifiAsync();
        await Air.BluetoothAsync((Air.Left, Air.Middle));
        await RadioLab.JoinAsync(lab.Left, $"{Air.BluetoothAddress(Air.Middle)}/{Air.Channel}");
        var source = await lab.ShareAsync(lab.Middle, lab.Left, "handover.bin", FileBytes);

        await using var run = lab.Left.Request("handover.bin");
        await run.ReachAsync(0.03);
        await Air.WifiAsync((Air.Left, Air.Middle));
        await lab.Left.DoAsync("join", Air.WifiAddress(Air.Middle));
        await lab.Left.WaitForLinksAsync(lab.Middle, "tcp", "bluetooth");
        Bound.AssertBites((await run.ReachAsync(0.5)).Number("bytes"));

        await Air.WifiAsync();
        await lab.Left.WaitForLinksAsync(lab.Middle, "bluetooth");
        var lost = (await lab.Left.DoAsync("transfers")).Single().Number("doneBytes");
        await run.WaitForAsync("more over Bluetooth", item => item.IsEvent("progress") && item.Number("bytes") > lost);

        await Air.WifiAsync((Air.Left, Air.Middle));
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        Bound.AssertHolds(completed.Number("resent"));
        await lab.Left.WaitForNoTransfersAsync();
        await lab.Middle.WaitForNoTransfersAsync();
    }
}
