using System.Net.Sockets;
using System.Text;

namespace Ferry.Transports.Bluetooth;

/// <summary>A Bluetooth controller of this machine, as the kernel knows it now.</summary>
internal sealed record BluetoothAdapter(string Name, BluetoothAddress Address, AdapterState State)
{
    /// <summary>HCI_MAX_DEV: the kernel has no more.</summary>
    private const int AdaptersMax = 16;

    // struct hci_dev_info (bluetooth/hci.h): number u16, name char[8], address, flags u32; 92 bytes in all.
    private const int InfoBytes = 128, NameAt = 2, NameBytes = 8, AddressAt = 10, FlagsAt = 16;
    private const uint UpFlag = 1;

    /// <summary>All controllers; a failure when the kernel has no Bluetooth or does not let us ask.</summary>
    public static Outcome<IReadOnlyList<BluetoothAdapter>> All()
    {
        try
        {
            using var control = BluetoothKernel.OpenControl();
            var found = new List<BluetoothAdapter>();
            var info = new byte[InfoBytes];
            for (ushort number = 0; number < AdaptersMax; number++)
            {
                Array.Clear(info);
                BitConverter.TryWriteBytes(info, number);
                if (BluetoothKernel.TryGetDeviceInfo(control, info)) found.Add(Read(info));
            }
            return Outcome<IReadOnlyList<BluetoothAdapter>>.Of(found);
        }
        catch (SocketException e)
        {
            return BluetoothFailure.OfSystem(e.SocketErrorCode, e.Message);
        }
    }

    private static BluetoothAdapter Read(ReadOnlySpan<byte> info)
    {
        var name = Encoding.ASCII.GetString(info.Slice(NameAt, NameBytes)).TrimEnd('\0');
        var isUp = (BitConverter.ToUInt32(info[FlagsAt..]) & UpFlag) != 0;
        var state = isUp ? AdapterState.On : IsBlocked(name) ? AdapterState.Blocked : AdapterState.Off;
        return new BluetoothAdapter(name, BluetoothAddress.Read(info[AddressAt..]), state);
    }

    /// <summary>By a switch of the machine or by the user's wish, both of which the kernel calls rfkill.</summary>
    private static bool IsBlocked(string name)
    {
        try
        {
            return Directory.EnumerateDirectories($"/sys/class/bluetooth/{name}", "rfkill*")
                .SelectMany(folder => new[] { Path.Combine(folder, "soft"), Path.Combine(folder, "hard") })
                .Any(file => File.ReadAllText(file).Trim() == "1");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Kernels without rfkill have no such folder; then it is just off.
            return false;
        }
    }
}

internal enum AdapterState
{
    On,
    Off,

    /// <summary>Off, and rfkill keeps it so.</summary>
    Blocked,
}
