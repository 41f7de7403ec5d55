using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// Messages to frames. A body goes out of the buffer it lies in: its head is sealed into the room before it, and the
/// prefix of each further fragment takes the place of bytes that have left already.
/// </summary>
internal sealed class FrameWriter(Stream stream, TrafficKey key, int frameBytesMax) : IDisposable
{
    /// <summary>What every link takes; less would be more prefix than body.</summary>
    private const int FragmentBytesMin = WireLimits.FrameBytesMin;

    private readonly byte[] _head = new byte[WireLimits.HeadBytesMax];
    private byte[] _out = new byte[512];

    // The bulk message that is going out.
    private FileTransfer? _transfer;
    private PooledBody? _body;
    private int _bodySent;

    /// <summary>A message without a body, whole. Returns the bytes written.</summary>
    public async ValueTask<int> WriteAsync(Message message, CancellationToken cancel)
    {
        if (message is FileTransfer) throw new InvalidOperationException("A File Transfer has a body.");
        var length = MessageCodec.Encode(message, _head);
        var contentMax = frameBytesMax - TrafficKey.TagBytes;
        var total = 0;
        for (var start = 0; start < length; start += contentMax)
        {
            var content = Math.Min(contentMax, length - start);
            var frameBytes = FramePrefix.Bytes + content + TrafficKey.TagBytes;
            if (_out.Length < frameBytes) _out = new byte[frameBytes];
            SealHead(_head.AsSpan(start, content), _out, bulk: false, last: start + content == length);
            await stream.WriteAsync(_out.AsMemory(0, frameBytes), cancel);
            total += frameBytes;
        }

        return total;
    }

    /// <summary>The handshake's last frame has no content: that it opens is all it says.</summary>
    public ValueTask WriteReadyAsync(CancellationToken cancel)
    {
        SealHead([], _out, bulk: false, last: true);
        return stream.WriteAsync(_out.AsMemory(0, FramePrefix.Bytes + TrafficKey.TagBytes), cancel);
    }

    /// <summary>Takes the body over. Then <see cref="ContinueBulkAsync"/> until it says that all is out.</summary>
    public void StartBulk(FileTransfer transfer, PooledBody body)
    {
        if (_transfer is not null) throw new InvalidOperationException("Another bulk message is going out.");
        if (body.Length != transfer.BodyBytes)
            throw new InvalidOperationException("The body is not as long as its head says.");
        _transfer = transfer;
        _body = body;
        _bodySent = 0;
    }

    /// <summary>
    /// Writes the next frame, the first together with the head: so many bytes in all, or a few more where a head leaves
    /// little room. Returns the bytes written; see <see cref="BulkPending"/>.
    /// </summary>
    public async ValueTask<int> ContinueBulkAsync(int bytesMax, CancellationToken cancel)
    {
        var (transfer, body) = (_transfer, _body);
        if (transfer is null || body is null) throw new InvalidOperationException("No bulk message is going out.");
        var start = _bodySent - FramePrefix.Bytes;
        if (_bodySent == 0) start -= PutHeadBefore(start, transfer, body);
        var room = Math.Clamp(bytesMax - (_bodySent - start), FragmentBytesMin, frameBytesMax);
        var fragment = Math.Min(room, transfer.BodyBytes - _bodySent);
        var last = _bodySent + fragment == transfer.BodyBytes;
        new FramePrefix(Bulk: true, Body: true, last, fragment)
            .Write(body.Slice(_bodySent - FramePrefix.Bytes, FramePrefix.Bytes).Span);

        var bytes = _bodySent + fragment - start;
        await stream.WriteAsync(body.Slice(start, bytes), cancel);
        _bodySent += fragment;
        if (last) EndBulk();
        return bytes;
    }

    /// <summary>A bulk message is on its way out; only control messages may be written until it is complete.</summary>
    public bool BulkPending => _transfer is not null;

    public void Dispose()
    {
        EndBulk();
        key.Dispose();
    }

    private void EndBulk()
    {
        _body?.Dispose();
        _body = null;
        _transfer = null;
    }

    /// <summary>
    /// Returns the length of the head's frame. It always fits: a File Transfer's head has a fixed length.
    /// </summary>
    private int PutHeadBefore(int start, FileTransfer transfer, PooledBody body)
    {
        var length = MessageCodec.Encode(transfer, _head);
        var frameBytes = FramePrefix.Bytes + length + TrafficKey.TagBytes;
        SealHead(_head.AsSpan(0, length), body.Slice(start - frameBytes, frameBytes).Span, bulk: true, last: true);
        return frameBytes;
    }

    private void SealHead(ReadOnlySpan<byte> content, Span<byte> frame, bool bulk, bool last)
    {
        var prefix = frame[..FramePrefix.Bytes];
        new FramePrefix(bulk, Body: false, last, content.Length + TrafficKey.TagBytes).Write(prefix);
        var payload = frame[FramePrefix.Bytes..];
        key.Seal(prefix, content, payload[..content.Length], payload.Slice(content.Length, TrafficKey.TagBytes));
    }
}
