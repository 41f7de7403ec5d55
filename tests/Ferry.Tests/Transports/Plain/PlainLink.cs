using System.Security.Cryptography;
using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Transports.Plain;

/// <summary>The frames of a link, control messages only (docs/protocol.md §2.3 and §2.4).</summary>
internal sealed class PlainLink(Stream wire, byte[] sending, byte[] receiving)
{
    private const byte LastHeadOnControl = 4;
    private const int TagBytes = 16;

    private readonly PlainTrafficKey _sending = new(sending);
    private readonly PlainTrafficKey _receiving = new(receiving);
    private byte[]? _ready;

    /// <summary>The dialer's first frame; made once, for its number is used by it.</summary>
    public byte[] Ready => _ready ??= Frame([]);

    public async Task SendAsync(byte[] message) => await wire.WriteAsync(Frame(message));

    public async Task ReadReadyAsync()
    {
        if ((await ReadFrameAsync()).Content.Length > 0) throw new InvalidDataException("Ready has content");
    }

    /// <summary>The next control message.</summary>
    public async Task<byte[]> ReceiveAsync()
    {
        var message = new List<byte>();
        while (true)
        {
            var (content, isLast) = await ReadFrameAsync();
            message.AddRange(content);
            if (isLast) return [.. message];
        }
    }

    /// <summary>Until the other end closes: what comes is read and does not matter.</summary>
    public async Task DrainAsync()
    {
        var waste = new byte[4096];
        while (await wire.ReadAsync(waste) > 0) { }
    }

    public byte[] Frame(byte[] content)
    {
        byte[] prefix = [LastHeadOnControl, .. I32(content.Length + TagBytes)[1..]];
        return [.. prefix, .. _sending.Seal(prefix, content)];
    }

    private async Task<(byte[] Content, bool IsLast)> ReadFrameAsync()
    {
        var prefix = new byte[4];
        await wire.ReadExactlyAsync(prefix);
        if ((prefix[0] & ~LastHeadOnControl) != 0) throw new InvalidDataException("no head on the control channel");
        var payload = new byte[(int)PlainBytes.Read(prefix.AsSpan(1))];
        await wire.ReadExactlyAsync(payload);
        return (_receiving.Open(prefix, payload), prefix[0] == LastHeadOnControl);
    }
}

/// <summary>The keys of one direction, one after the other (docs/protocol.md §2.3).</summary>
internal sealed class PlainTrafficKey(byte[] secret)
{
    private const int TagBytes = 16;
    private ulong _number;

    public byte[] Key => Expand(secret, "ferry link key", 32);
    public byte[] Base => Expand(secret, "ferry link nonce", 12);
    public byte[] Next => Expand(secret, "ferry link rekey", 32);

    public byte[] Seal(byte[] prefix, byte[] content)
    {
        using var cipher = new AesGcm(Key, TagBytes);
        var (bytes, tag) = (new byte[content.Length], new byte[TagBytes]);
        cipher.Encrypt(Nonce(), content, bytes, tag, prefix);
        return [.. bytes, .. tag];
    }

    public byte[] Open(byte[] prefix, byte[] payload)
    {
        using var cipher = new AesGcm(Key, TagBytes);
        var content = new byte[payload.Length - TagBytes];
        cipher.Decrypt(Nonce(), payload[..^TagBytes], payload[^TagBytes..], content, prefix);
        return content;
    }

    private byte[] Nonce()
    {
        byte[] number = [0, 0, 0, 0, .. U64(_number++)];
        return [.. Base.Zip(number, (left, right) => (byte)(left ^ right))];
    }
}
