using System.Runtime.CompilerServices;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>
/// Frames to messages. Prefixes and heads go through a small buffer; the rest of a body is read straight into the
/// buffer in which it travels on, which is the fastest of the ways that were measured.
/// </summary>
internal sealed class FrameReader(IConnection connection, TrafficKey key, int frameBytesMax) : IDisposable
{
    /// <summary>What is read ahead of a body is copied once, so this is small against a piece.</summary>
    private const int BufferBytes = 4096;

    /// <summary>Less of a body than a few packets is not worth the calls of the kernel that set a low water.</summary>
    private const int LowWaterBytesMin = 8 * 1024;

    /// <summary>More would leave the kernel's buffer no room for what comes while the reader wakes up.</summary>
    private const int LowWaterBytesMax = 128 * 1024;

    private readonly Stream _stream = connection.Stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly HeadAssembly _controlHead = new();
    private readonly HeadAssembly _bulkHead = new();
    private int _start;
    private int _end;

    // The bulk message whose body is coming in.
    private FileTransfer? _transfer;
    private PooledBody? _body;
    private int _bodyFilled;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<LinkReceived> ReceiveAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (!await FillAsync(FramePrefix.Bytes, cancel))
            {
                return _start == _end && _transfer is null
                    ? LinkReceived.Ended(LinkCloseReason.PeerClosed, "the neighbour closed the connection")
                    : LinkReceived.Ended(LinkCloseReason.ConnectionLost, "the connection broke within a message");
            }

            if (FramePrefix.Read(_buffer.AsSpan(_start)) is not { } prefix) return Broken("a frame has unknown flags");
            if (prefix.PayloadBytes > frameBytesMax) return Broken("a frame is longer than agreed");

            LinkReceived? received;
            if (prefix.Body)
            {
                if (Refuse(prefix) is { } refused) return refused;
                _start += FramePrefix.Bytes;
                if (!await ReadBodyAsync(_body!.Slice(_bodyFilled, prefix.PayloadBytes), cancel)) return CutOff();
                received = AddBody(prefix);
            }
            else
            {
                var head = prefix.Bulk ? _bulkHead : _controlHead;
                if (prefix.Bulk && _transfer is not null) return Broken("a head comes before the body is complete");
                if (head.Room(prefix.PayloadBytes) is not { } room) return Broken("a message is too short or too long");
                _buffer.AsSpan(_start, FramePrefix.Bytes).CopyTo(head.Prefix);
                _start += FramePrefix.Bytes;
                if (!await ReadAsync(room, cancel)) return CutOff();
                received = AddHead(prefix, head);
            }

            if (received is { } complete) return complete;
        }
    }

    public void Dispose()
    {
        _body?.Dispose();
        _body = null;
        key.Dispose();
    }

    private LinkReceived? Refuse(FramePrefix prefix)
    {
        if (_transfer is null) return Broken("a body comes without its head");
        var missing = _transfer.BodyBytes - _bodyFilled;
        var fits = prefix.Last
            ? prefix.PayloadBytes == missing
            : prefix.PayloadBytes > 0 && prefix.PayloadBytes < missing;
        return fits ? null : Broken("a body is not as long as its head says");
    }

    private LinkReceived? AddBody(FramePrefix prefix)
    {
        _bodyFilled += prefix.PayloadBytes;
        if (!prefix.Last) return null;
        var complete = new LinkReceived(_transfer, _body, null);
        _transfer = null;
        _body = null;
        return complete;
    }

    /// <summary>Null when the message goes on, or is of an optional type that this version does not know.</summary>
    private LinkReceived? AddHead(FramePrefix prefix, HeadAssembly head)
    {
        if (!head.TryOpen(key, prefix.PayloadBytes)) return Broken("a frame's seal is wrong");
        if (!prefix.Last) return null;
        var error = MessageCodec.Decode(head.Complete(), out var message);
        switch (error, message)
        {
            case (DecodeError.UnknownOptionalType, _) when !prefix.Bulk:
                return null;
            case (not DecodeError.None, _):
                return Broken($"a message cannot be read ({error})");
            case (_, FileTransfer transfer) when prefix.Bulk:
                _transfer = transfer;
                _body = PooledBody.Rent(transfer.BodyBytes);
                _bodyFilled = 0;
                return null;
            case (_, FileTransfer or Join):
                return Broken($"a {message!.Type} comes where none may come");
            default:
                return prefix.Bulk
                    ? Broken($"a {message!.Type} comes on the bulk channel")
                    : new LinkReceived(message, null, null);
        }
    }

    /// <summary>Makes the buffer hold at least so many bytes; false at the stream's end.</summary>
    private async ValueTask<bool> FillAsync(int bytes, CancellationToken cancel)
    {
        while (_end - _start < bytes)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    private async ValueTask<bool> ReadAsync(Memory<byte> destination, CancellationToken cancel)
    {
        for (var filled = TakeBuffered(destination.Span); filled < destination.Length;)
        {
            var read = await _stream.ReadAsync(destination[filled..], cancel);
            if (read == 0) return false;
            filled += read;
        }

        return true;
    }

    /// <summary>
    /// Nothing else can come before the frame's end, so there is no need to wake up for each packet of it: that cost a
    /// link of 300 Mbit/s most of its time in the kernel.
    /// </summary>
    private async ValueTask<bool> ReadBodyAsync(Memory<byte> destination, CancellationToken cancel)
    {
        var filled = TakeBuffered(destination.Span);
        var low = false;
        try
        {
            while (filled < destination.Length)
            {
                var missing = destination.Length - filled;
                if (missing >= LowWaterBytesMin || low) connection.WakeReaderAt(Math.Min(missing, LowWaterBytesMax));
                low |= missing >= LowWaterBytesMin;
                var read = await _stream.ReadAsync(destination[filled..], cancel);
                if (read == 0) return false;
                filled += read;
            }
        }
        finally
        {
            if (low) connection.WakeReaderAt(1);
        }

        return true;
    }

    private int TakeBuffered(Span<byte> destination)
    {
        var taken = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, taken).CopyTo(destination);
        _start += taken;
        return taken;
    }

    private static LinkReceived Broken(string what) =>
        LinkReceived.Ended(LinkCloseReason.ProtocolError, $"the neighbour broke the protocol: {what}");

    private static LinkReceived CutOff() =>
        LinkReceived.Ended(LinkCloseReason.ConnectionLost, "the connection broke within a frame");
}
