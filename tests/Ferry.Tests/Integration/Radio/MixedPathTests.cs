using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration.Radio;

/// <summary>One network out of Wi-Fi and Bluetooth.</summary>
[Collection(RadioCollection.Name)]
public sealed class MixedPathTests(RadioLab lab)
{
    private const int FileBytes = 1 << 20;

    [Fact(Timeout = RadioLab.TestLimit)]
    [Trait("Category", "Radio")]
    public async Task Who_has_only_Bluetooth_gets_what_is_only_on_Wifi()
    {
        await lab.BeginAsync();
        await Air.BluetoothAsync((Air.Left, Air.Middle));
        await Air.WifiAsync((Air.Middle, Air.Right));
        await RadioLab.JoinAsync(lab.Left, $"{Air.BluetoothAddress(Air.Middle)}/{Air.Channel}");
        await lab.Right.DoAsync("join", Air.WifiAddress(Air.Middle));
        var source = await lab.ShareAsync(lab.Right, lab.Left, "mixed.bin", FileBytes);

        var completed = await lab.Left.FetchAsync("mixed.bin");

        Contents.AssertSame(source, completed.Text("path"));
        var from = completed.Items("sources")[0];
        Assert.Equal(2, from.Number("hops"));
        Assert.Equal("bluetooth", from.Text("transport"));
    }
}
