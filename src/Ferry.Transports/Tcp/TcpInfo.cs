using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ferry.Protocol.Sending;

namespace Ferry.Transports.Tcp;

/// <summary>The kernel's state of a connection: <c>struct tcp_info</c> of its <c>linux/tcp.h</c>.</summary>
internal static class TcpInfo
{
    private const int IpProtocolTcp = 6;
    private const int InfoOption = 11;

    /// <summary>Up to the last field that is read; there since Linux 4.19, older ones write less.</summary>
    private const int Length = 216;

    private const int SegmentBytesAt = 16;
    private const int RoundTripAt = 68;
    private const int BytesAckedAt = 120;
    private const int UnsentBytesAt = 144;
    private const int RoundTripMinAt = 148;
    private const int BytesSentAt = 200;
    private const int BytesSentAgainAt = 208;

    /// <summary>Null on other systems, or when the connection is gone.</summary>
    public static SendBacklog? Backlog(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> info = stackalloc byte[Length];
        try
        {
            if (socket.GetRawSocketOption(IpProtocolTcp, InfoOption, info) < Length) return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }

        var unsent = UInt32(info, UnsentBytesAt);
        var sent = Int64(info, BytesSentAt) - Int64(info, BytesSentAgainAt);
        // The acknowledged SYN counts as a byte.
        var onTheWay = Math.Max(0, sent - Int64(info, BytesAckedAt));
        // Before the first measurement the minimum is UINT32_MAX.
        var least = UInt32(info, RoundTripMinAt) is var known and not uint.MaxValue ? known : 0;
        return new SendBacklog(
            onTheWay + unsent, unsent, Microseconds(UInt32(info, RoundTripAt)), Microseconds(least),
            (int)UInt32(info, SegmentBytesAt));
    }

    private static TimeSpan Microseconds(uint count) => TimeSpan.FromMicroseconds((long)count);
    private static uint UInt32(ReadOnlySpan<byte> info, int at) => MemoryMarshal.Read<uint>(info[at..]);
    private static long Int64(ReadOnlySpan<byte> info, int at) => MemoryMarshal.Read<long>(info[at..]);
}
