using System.Buffers;
using System.Collections.Concurrent;
using Ferry.Protocol.Wire;

namespace Ferry.Transports;

/// <summary>
/// Buffers of bodies. On fast links nearly all bodies have the full size, and the shared pool, which rounds lengths up
/// to powers of two, would take twice the memory for them; so full bodies have a pool of their own length.
/// </summary>
internal static class BodyPool
{
    /// <summary>32 MiB: the window of one download.</summary>
    public const int FullBuffersMax = 128;
    public const int FullBytes = PooledBody.HeadroomBytes + WireLimits.BodyBytesMax;

    /// <summary>Shorter ones are not worth a full buffer.</summary>
    private const int FullFromBytes = FullBytes / 2;

    private static readonly ConcurrentBag<byte[]> Full = [];

    public static byte[] Rent(int bytes)
    {
        if (bytes is <= FullFromBytes or > FullBytes) return ArrayPool<byte>.Shared.Rent(bytes);
        return Full.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(FullBytes);
    }

    public static void Return(byte[] buffer)
    {
        if (buffer.Length != FullBytes) ArrayPool<byte>.Shared.Return(buffer);
        else if (Full.Count < FullBuffersMax) Full.Add(buffer);
    }
}
