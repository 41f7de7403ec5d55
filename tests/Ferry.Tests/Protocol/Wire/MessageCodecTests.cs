using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Wire;

public sealed class MessageCodecTests
{
    public static TheoryData<MessageType> Types => [.. Enum.GetValues<MessageType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void What_was_encoded_decodes_to_the_same(MessageType type)
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            var message = new RandomMessages(seed).Next(type);
            var error = MessageCodec.Decode(message.Encoded(), out var decoded);
            Assert.True(error == DecodeError.None, $"Seed {seed}: {error}");
            Assert.Equal(message.Described(), decoded!.Described());
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Type_is_the_first_byte(MessageType type) =>
        Assert.Equal((byte)type, GoldenMessages.Of(type).Encoded()[0]);

    [Theory]
    [MemberData(nameof(Types))]
    public void Record_file_and_type_have_one_name(MessageType type) =>
        Assert.Equal(type.ToString(), GoldenMessages.Of(type).GetType().Name);

    [Fact]
    public void Nothing_is_not_a_message() => Fails(DecodeError.Truncated, []);

    [Fact]
    public void Unknown_types_below_128_are_told_from_those_above()
    {
        for (var type = 0; type <= byte.MaxValue; type++)
        {
            if (Enum.IsDefined((MessageType)type)) continue;
            Fails(type < 128 ? DecodeError.UnknownType : DecodeError.UnknownOptionalType, [(byte)type, 1, 2, 3]);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Bytes_behind_the_last_field_are_an_error(MessageType type) =>
        Fails(DecodeError.TrailingBytes, [.. GoldenMessages.Of(type).Encoded(), 0]);

    [Fact]
    public void Head_above_its_limit_is_not_read() =>
        Fails(DecodeError.LimitExceeded, new byte[WireLimits.HeadBytesMax + 1]);

    private static void Fails(DecodeError expected, byte[] head)
    {
        Assert.Equal(expected, MessageCodec.Decode(head, out var message));
        Assert.Null(message);
    }
}
