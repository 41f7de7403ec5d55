using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ferry.Transports.Bluetooth;

/// <summary>
/// The two system calls that the framework does not offer: making a socket of Linux's Bluetooth family, which from then
/// on is a <see cref="Socket"/> like any other, and asking the kernel about its controllers.
/// </summary>
internal static partial class BluetoothKernel
{
    /// <summary>AF_BLUETOOTH.</summary>
    public const ushort Family = 31;

    private const int Stream = 1, SequencedPacket = 5, Raw = 3, CloseOnExec = 0x80000;
    private const int L2cap = 0, Hci = 1, Rfcomm = 3;
    private const nuint GetDeviceInfo = 0x800448D3;

    /// <summary>Linux's numbers, by their names in errno(3).</summary>
    private const int EPERM = 1, EACCES = 13, ENFILE = 23, EMFILE = 24, EPROTONOSUPPORT = 93, ESOCKTNOSUPPORT = 94,
        EAFNOSUPPORT = 97;

    /// <exception cref="SocketException">The kernel has no Bluetooth, or does not let us.</exception>
    public static Socket OpenRfcomm() => Open(Stream, Rfcomm);

    /// <summary>As <see cref="OpenRfcomm"/>, a layer below: what the service discovery protocol uses.</summary>
    public static Socket OpenL2cap() => Open(SequencedPacket, L2cap);

    /// <summary>As <see cref="OpenRfcomm"/>, for questions about the controllers only.</summary>
    public static Socket OpenControl() => Open(Raw, Hci);

    /// <summary>
    /// Fills in a <c>struct hci_dev_info</c>, whose first field is the controller's number. False when there is none.
    /// </summary>
    public static bool TryGetDeviceInfo(Socket control, Span<byte> info) =>
        Control(control.SafeHandle, GetDeviceInfo, ref MemoryMarshal.GetReference(info)) == 0;

    private static Socket Open(int type, int protocol)
    {
        var descriptor = NewSocket(Family, type | CloseOnExec, protocol);
        if (descriptor < 0) throw new SocketException(ToSocketError(Marshal.GetLastPInvokeError()));
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    /// <summary>The framework has no public way from the system's numbers to its own.</summary>
    private static int ToSocketError(int errno) => (int)(errno switch
    {
        EPERM or EACCES => SocketError.AccessDenied,
        ENFILE or EMFILE => SocketError.TooManyOpenSockets,
        EPROTONOSUPPORT => SocketError.ProtocolNotSupported,
        ESOCKTNOSUPPORT => SocketError.SocketNotSupported,
        EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
        _ => SocketError.SocketError,
    });

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int NewSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle socket, nuint request, ref byte argument);
}
