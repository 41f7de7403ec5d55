using System.Globalization;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// Who hears whom in the radio lab, and how well. Out of range nothing is told to either side, as with real radios.
/// </summary>
internal static class Air
{
    public const int Left = 0;
    public const int Middle = 1;
    public const int Right = 2;

    /// <summary>A Bluetooth controller on which no node listens.</summary>
    public const int Stranger = 3;

    /// <summary>Where the nodes listen on their controllers.</summary>
    public const int Channel = 7;

    /// <summary>Kilobytes a second on a Bluetooth link; real ones carry 100 to 250.</summary>
    public const int BluetoothRate = 200;

    /// <summary>
    /// The same on Wi-Fi, where a test limits it: enough to be much faster than Bluetooth, and so little that an
    /// emulated processor keeps up with it.
    /// </summary>
    public const int WifiRate = 1000;

    /// <summary>After so long out of range controllers give a link up.</summary>
    private const int SupervisionSeconds = 20;

    private static readonly (int A, int B)[] Pairs = [(Left, Middle), (Left, Right), (Middle, Right)];

    public static IReadOnlyList<int> Devices { get; } = [Left, Middle, Right];

    public static string BluetoothAddress(int device) => $"00:AA:01:0{device}:00:0{device}";

    public static string WifiAddress(int device) => $"10.0.0.{device + 1}";

    /// <summary>The routing domains and the ad hoc cell (IBSS), once for each boot.</summary>
    public static Task SetUpAsync() => RunAsync($"""
        # Addresses of a routing domain are found before this machine's own.
        ip rule add pref 32765 table local; ip rule del pref 0
        mount -t cgroup2 none /sys/fs/cgroup
        for device in {string.Join(' ', Devices)}; do
          ip link add air$device type vrf table $((100 + device))
          ip link set air$device up
          ip link set wlan$device master air$device
          iw dev wlan$device set type ibss
          ip addr add 10.0.0.$((device + 1))/24 dev wlan$device
          ip link set wlan$device up
          iw dev wlan$device ibss join ferry 2412 fixed-freq 02:12:34:56:78:9a
        done
        echo 'rate {BluetoothRate}' >/run/bt-air
        """);

    /// <summary>All controllers are there and on, and nobody hears anybody.</summary>
    public static async Task ResetAsync()
    {
        await WifiAsync();
        foreach (var device in Devices) await PlugAsync(device);
        foreach (var (a, b) in Pairs) await AirAsync($"cut {a} {b} 0");
    }

    /// <summary>These pairs hear each other by Wi-Fi, and no others: a bit in common for each.</summary>
    public static Task WifiAsync(params IReadOnlyList<(int A, int B)> pairs) =>
        RunAsync(string.Join('\n', Devices.Select(device =>
        {
            var bits = Pairs.Select((pair, bit) => pairs.Contains(pair) && (pair.A == device || pair.B == device)
                ? 1 << bit
                : 0).Sum();
            return $"echo {bits} >/sys/kernel/debug/ieee80211/phy{device}/hwsim/group";
        })));

    /// <summary>From here on, for both ends of each pair.</summary>
    public static Task LimitWifiAsync() => RunAsync(string.Join('\n', Devices.Select(device =>
        $"tc qdisc replace dev wlan{device} root tbf rate {WifiRate * 8}kbit burst 32kb latency 200ms")));

    public static async Task BluetoothAsync(params IReadOnlyList<(int A, int B)> pairs)
    {
        foreach (var (a, b) in pairs) await AirAsync($"join {a} {b}");
    }

    /// <summary>What the device's controller has sent since it was put in.</summary>
    public static async Task<long> BluetoothBytesFromAsync(int device)
    {
        var words = await RunAsync($"hciconfig hci{device} | sed -n 's/.*TX bytes:\\([0-9]*\\).*/\\1/p'");
        return long.Parse(words, CultureInfo.InvariantCulture);
    }

    public static Task CutBluetoothAsync(int a, int b) => AirAsync($"cut {a} {b} {SupervisionSeconds}");

    /// <summary>As a user turns an adapter off or on, by BlueZ.</summary>
    public static Task PowerAsync(int device, bool on) => RunAsync(SetPower(device, on));

    /// <summary>As a USB controller that is pulled out.</summary>
    public static Task UnplugAsync(int device) => AirAsync($"unplug {device} {SupervisionSeconds}");

    /// <summary>Puts it in again, if it is not there, and waits until BlueZ has turned it on.</summary>
    public static Task PlugAsync(int device) => RunAsync($"""
        echo 'plug {device}' >/run/bt-air
        until hciconfig hci{device} 2>/dev/null | grep -q 'UP RUNNING PSCAN'; do
          {SetPower(device, on: true)} || true
          sleep 0.2
        done
        """);

    private static string SetPower(int device, bool on) =>
        $"dbus-send --system --print-reply --dest=org.bluez /org/bluez/hci{device} "
        + "org.freedesktop.DBus.Properties.Set string:org.bluez.Adapter1 string:Powered "
        + $"variant:boolean:{(on ? "true" : "false")}";

    private static Task AirAsync(string command) => RunAsync($"echo '{command}' >/run/bt-air");

    private static async Task<string> RunAsync(string script)
    {
        RadioLab.Say(script.Split('\n')[0]);
        await using var shell = ChildProcess.Start(["sh", "-euc", script]);
        var code = await shell.ExitAsync();
        Assert.True(code == 0, $"exit code {code} of\n{script}\n{shell.Errors}");
        return string.Join('\n', shell.Output);
    }
}
