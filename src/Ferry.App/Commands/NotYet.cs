using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>
/// What is planned and not there is refused with a plain word. To ignore it would be worse: a node that was given a
/// passphrase and does not ask for it is open to everybody.
/// </summary>
internal static class NotYet
{
    private const int MacBytes = 6;

    public static FerryException Failure(string what, string wayOut) =>
        new(FailureKind.Usage, $"this version has no {what} yet; {wayOut}.");

    public static void RefuseBluetooth(string address)
    {
        if (address.StartsWith("bluetooth:", StringComparison.OrdinalIgnoreCase) || IsBluetoothAddress(address))
        {
            throw Failure("Bluetooth", $"give an IP address instead of {address}, such as 192.168.1.7 or " +
                "tcp://0.0.0.0:4747");
        }
    }

    /// <summary><c>AA:BB:CC:DD:EE:FF</c>, perhaps with <c>/CHANNEL</c>.</summary>
    private static bool IsBluetoothAddress(string address)
    {
        var bytes = address.Split('/')[0].Split(':');
        return bytes.Length == MacBytes && bytes.All(part => part.Length == 2 && part.All(char.IsAsciiHexDigit));
    }
}
