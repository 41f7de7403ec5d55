using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>
/// A neighbour may send anything. Whatever it is, decoding returns: an error and nothing, or a message
/// that is those very bytes; and it costs memory in proportion to the bytes that came, not to the counts they claim.
/// </summary>
public sealed class HostileBytesTests
{
    /// <summary>
    /// UTF-16 doubles a text; the rest is the record, its list and their heads, and of each of up to 16 texts the
    /// header and what code that is not optimised yet boxes on the way.
    /// </summary>
    private const int AllocatedPerByte = 3;
    private const int AllocatedAlways = 1024 + 16 * 192;

    private readonly byte[] _scratch = new byte[WireLimits.HeadBytesMax];

    public static TheoryData<MessageType> Types => [.. Enum.GetValues<MessageType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Message_cut_anywhere_is_truncated(MessageType type)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            var head = new RandomMessages(seed).Next(type).Encoded();
            for (var length = 0; length < Math.Min(head.Length, 5000); length++)
                Assert.Equal(DecodeError.Truncated, Decode(head.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Flipping_any_bit_is_survived(MessageType type)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            var head = new RandomMessages(seed).Next(type).Encoded();
            for (var bit = 0; bit < Math.Min(head.Length, 1000) * 8; bit++)
            {
                head[bit / 8] ^= (byte)(1 << (bit % 8));
                Decode(head);
                head[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Any_byte_at_an_extreme_is_survived(MessageType type)
    {
        var head = GoldenMessages.Of(type).Encoded();
        for (var at = 0; at < head.Length; at++)
        {
            var kept = head[at];
            foreach (var value in (byte[])[0x00, 0x01, 0x7F, 0x80, 0xFF])
            {
                head[at] = value;
                Decode(head);
            }
            head[at] = kept;
        }
    }

    [Fact]
    public void Random_bytes_behind_any_type_are_survived()
    {
        var random = new SeededRandom(1);
        for (var round = 0; round < 100_000; round++)
        {
            var head = new byte[random.Next(300)];
            for (var at = 0; at < head.Length; at++) head[at] = (byte)random.NextUInt64();
            if (head.Length > 0 && round % 2 == 0) head[0] = (byte)random.Next(32);
            Decode(head);
        }
    }

    [Fact]
    public void Messages_spliced_together_are_survived()
    {
        var random = new SeededRandom(2);
        var messages = new RandomMessages(2);
        for (var round = 0; round < 20_000; round++)
        {
            var front = messages.Next().Encoded();
            var back = messages.Next().Encoded();
            Decode([.. front[..random.Next(front.Length + 1)], .. back[random.Next(back.Length)..]]);
        }
    }

    private DecodeError Decode(ReadOnlySpan<byte> head)
    {
        var bound = AllocatedAlways + AllocatedPerByte * head.Length;
        // What the runtime sets up when code runs for the first time is counted, too, and not there at the second.
        if (Allocated(head, out var error, out var message) > bound)
            Assert.InRange(Allocated(head, out error, out message), 0, bound);
        if (error == DecodeError.None)
            Assert.True(head.SequenceEqual(_scratch.AsSpan(0, MessageCodec.Encode(message!, _scratch))));
        else
            Assert.Null(message);
        return error;
    }

    private static long Allocated(ReadOnlySpan<byte> head, out DecodeError error, out Message? message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        error = MessageCodec.Decode(head, out message);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
