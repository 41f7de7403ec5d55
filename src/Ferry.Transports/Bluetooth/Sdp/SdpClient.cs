using System.Net.Sockets;

namespace Ferry.Transports.Bluetooth.Sdp;

/// <summary>Asks a device which Ferry nodes listen on it.</summary>
internal static class SdpClient
{
    private const ushort SdpPort = 1;

    /// <summary>More than any L2CAP packet of the sizes that are agreed on without asking (672).</summary>
    private const int PacketBytesMax = 4096;
    private const int PartsMax = 64;

    /// <summary>Empty when the device answers but has no Ferry; null when its answer makes no sense.</summary>
    /// <exception cref="SocketException">The device cannot be reached.</exception>
    public static async Task<IReadOnlyList<FerryService>?> FindAsync(
        BluetoothAddress source, BluetoothAddress device, CancellationToken cancel)
    {
        using var socket = BluetoothKernel.OpenL2cap();
        socket.Bind(new L2capEndPoint(source, 0));
        await socket.ConnectAsync(new L2capEndPoint(device, SdpPort), cancel);
        var answer = new List<byte>();
        var packet = new byte[PacketBytesMax];
        byte[] continuation = [];
        for (ushort part = 1; part <= PartsMax; part++)
        {
            await socket.SendAsync(SdpRequest.Write(part, continuation), cancel);
            var received = await socket.ReceiveAsync(packet, cancel);
            if (!TryAppend(packet.AsSpan(0, received), part, answer, out continuation)) return null;
            if (continuation.Length == 0) return FerryService.Read(answer.ToArray(), device);
        }

        return null;
    }

    private static bool TryAppend(ReadOnlySpan<byte> packet, ushort part, List<byte> answer, out byte[] continuation)
    {
        var isAnswer = SdpRequest.TryReadAnswer(packet, part, out var bytes, out var next);
        continuation = next.ToArray();
        if (!isAnswer || answer.Count + bytes.Length > SdpRequest.AnswerBytesMax) return false;
        answer.AddRange(bytes);
        return true;
    }
}
