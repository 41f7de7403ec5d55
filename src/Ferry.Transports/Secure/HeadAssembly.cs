using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// Puts a message's head together from the frames of one channel. Grows to what the messages need, with a bound.
/// </summary>
internal sealed class HeadAssembly
{
    private const int FirstBytes = 512;

    private readonly byte[] _prefix = new byte[FramePrefix.Bytes];
    private byte[] _bytes = new byte[FirstBytes];
    private int _length;

    public Span<byte> Prefix => _prefix;

    /// <summary>
    /// Where the next frame's payload goes; null when the frame has no content or the head would be too long.
    /// </summary>
    public Memory<byte>? Room(int payloadBytes)
    {
        var content = payloadBytes - TrafficKey.TagBytes;
        if (content <= 0 || _length + content > WireLimits.HeadBytesMax) return null;
        var needed = _length + payloadBytes;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, 2 * _bytes.Length));
        return _bytes.AsMemory(_length, payloadBytes);
    }

    public bool TryOpen(TrafficKey key, int payloadBytes)
    {
        var payload = _bytes.AsSpan(_length, payloadBytes);
        var content = payload[..^TrafficKey.TagBytes];
        if (!key.TryOpen(_prefix, content, payload[^TrafficKey.TagBytes..])) return false;
        _length += content.Length;
        return true;
    }

    /// <summary>The whole head, good until the next frame of this channel; starts anew.</summary>
    public ReadOnlySpan<byte> Complete()
    {
        var head = _bytes.AsSpan(0, _length);
        _length = 0;
        return head;
    }
}
