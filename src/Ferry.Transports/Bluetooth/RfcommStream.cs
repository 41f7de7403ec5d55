using System.Net.Sockets;

namespace Ferry.Transports.Bluetooth;

/// <summary>The stream of a connected socket, which it owns; counts what it carries.</summary>
internal sealed class RfcommStream(Socket socket, RadioTraffic traffic) : NetworkStream(socket, ownsSocket: true)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        traffic.Count(read);
        return read;
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        traffic.Count(buffer.Length);
    }
}
