using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Ferry.Transports.Secure;

// What crosses TLS: kind(1) length(2, big endian) payload. See Handshake for who sends what when.
//   Hello   length of the Join(2), the encoded Join, the secret(32)
//   Reject  reason(1), a sentence in UTF-8
//   Finish  see FinishRecord

/// <summary>A record of the handshake, as it came.</summary>
internal readonly record struct HandshakeRecord(HandshakeRecordKind Kind, ReadOnlyMemory<byte> Payload)
{
    public const int SecretBytes = 32;
    private const int HeaderBytes = 3;

    /// <summary>The longest Join, with room for what later versions may add to it.</summary>
    private const int PayloadBytesMax = 4096;
    private const int RejectTextBytesMax = 512;

    public static async Task WriteHelloAsync(
        Stream stream, ReadOnlyMemory<byte> join, ReadOnlyMemory<byte> secret, CancellationToken cancel)
    {
        var payload = new byte[2 + join.Length + SecretBytes];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)join.Length);
        join.CopyTo(payload.AsMemory(2));
        secret.CopyTo(payload.AsMemory(2 + join.Length));
        await WriteAsync(stream, HandshakeRecordKind.Hello, payload, cancel);
    }

    public static async Task WriteRejectAsync(Stream stream, RejectReason reason, string text, CancellationToken cancel)
    {
        var payload = new byte[1 + RejectTextBytesMax];
        payload[0] = (byte)reason;
        Utf8.FromUtf16(text, payload.AsSpan(1), out _, out var written);
        await WriteAsync(stream, HandshakeRecordKind.Reject, payload.AsMemory(0, 1 + written), cancel);
    }

    public static Task WriteFinishAsync(Stream stream, FinishRecord finish, CancellationToken cancel) =>
        WriteAsync(stream, HandshakeRecordKind.Finish, finish.Encode(), cancel);

    /// <summary>Null when what comes is no record.</summary>
    /// <exception cref="IOException">The stream ends or breaks.</exception>
    public static async Task<HandshakeRecord?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var header = new byte[HeaderBytes];
        await stream.ReadExactlyAsync(header, cancel);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1));
        var kind = (HandshakeRecordKind)header[0];
        if (!Enum.IsDefined(kind) || length > PayloadBytesMax) return null;
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload, cancel);
        return new HandshakeRecord(kind, payload);
    }

    /// <summary>The encoded Join and the secret of a Hello; false when their lengths do not add up.</summary>
    public bool TrySplitHello(out ReadOnlyMemory<byte> join, out ReadOnlyMemory<byte> secret)
    {
        (join, secret) = (default, default);
        if (Kind != HandshakeRecordKind.Hello || Payload.Length < 2) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(Payload.Span);
        if (Payload.Length != 2 + length + SecretBytes) return false;
        (join, secret) = (Payload.Slice(2, length), Payload[(2 + length)..]);
        return true;
    }

    /// <summary>The reason and the sentence of a Reject, made safe to show.</summary>
    public (RejectReason Reason, string Text) SplitReject()
    {
        if (Payload.Length == 0) return (RejectReason.NotAdmitted, string.Empty);
        var bytes = Payload.Span[1..];
        if (bytes.Length > RejectTextBytesMax) bytes = bytes[..RejectTextBytesMax];
        var text = Encoding.UTF8.GetString(bytes);
        return ((RejectReason)Payload.Span[0], string.Concat(text.Where(c => !char.IsControl(c))));
    }

    private static async Task WriteAsync(
        Stream stream, HandshakeRecordKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var record = new byte[HeaderBytes + payload.Length];
        record[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), (ushort)payload.Length);
        payload.CopyTo(record.AsMemory(HeaderBytes));
        await stream.WriteAsync(record, cancel);
        await stream.FlushAsync(cancel);
    }
}

internal enum HandshakeRecordKind : byte
{
    Hello = 1,
    Reject = 2,
    Finish = 3,
}
