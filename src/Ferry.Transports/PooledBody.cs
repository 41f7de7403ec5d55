using Ferry.Protocol.Values;

namespace Ferry.Transports;

/// <summary>
/// The body of a File Transfer in a rented buffer. Its owner disposes it, once. Before the body lies headroom for the
/// link: the frame writer puts the sealed head there, so that head and body leave in one write without a copy, also on
/// a relay that received the same buffer from another link.
/// </summary>
/// <remarks>
/// A second Dispose does nothing (it cannot return the buffer twice); any other use after Dispose throws, which exposes
/// a second owner.
/// </remarks>
public sealed class PooledBody : Payload
{
    /// <summary>Holds two prefixes and the sealed head of a File Transfer.</summary>
    internal const int HeadroomBytes = 256;

    private readonly int _length;
    private byte[]? _buffer;

    private PooledBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    public override int Length => _length;

    /// <summary>Exactly <see cref="Length"/> bytes.</summary>
    public Memory<byte> Memory => Buffer.AsMemory(HeadroomBytes, _length);

    public Span<byte> Span => Buffer.AsSpan(HeadroomBytes, _length);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(PooledBody));

    /// <summary>The bytes are whatever was in the buffer before.</summary>
    public static PooledBody Rent(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new PooledBody(BodyPool.Rent(HeadroomBytes + length), length);
    }

    public static PooledBody Copy(ReadOnlySpan<byte> body)
    {
        var pooled = Rent(body.Length);
        body.CopyTo(pooled.Span);
        return pooled;
    }

    /// <summary>
    /// The body from <paramref name="start"/> on, and what lies before it: a negative start reaches into the headroom.
    /// </summary>
    internal Memory<byte> Slice(int start, int length) => Buffer.AsMemory(HeadroomBytes + start, length);

    public override void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null) BodyPool.Return(buffer);
    }
}
