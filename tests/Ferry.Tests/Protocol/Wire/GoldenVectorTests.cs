using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>
/// The encoding is a promise to other nodes: a change of these bytes is a change of the protocol's version.
/// </summary>
public sealed class GoldenVectorTests
{
    public static TheoryData<MessageType> Types => [.. Enum.GetValues<MessageType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_message_encodes_to_its_vector(MessageType type) => Assert.Equal(
        Convert.ToHexStringLower(Vector(type)), Convert.ToHexStringLower(GoldenMessages.Of(type).Encoded()));

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_vector_decodes_to_its_message(MessageType type)
    {
        Assert.Equal(DecodeError.None, MessageCodec.Decode(Vector(type), out var message));
        Assert.Equal(GoldenMessages.Of(type).Described(), message!.Described());
    }

    [Fact]
    public void Every_vector_belongs_to_a_message() => Assert.Equal(
        Enum.GetNames<MessageType>().Order(StringComparer.Ordinal),
        Directory.GetFiles(Folder, "*.golden").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Header_of_a_piece_takes_115_bytes() => Assert.Equal(115, Vector(MessageType.FileTransfer).Length);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    private static byte[] Vector(MessageType type)
    {
        var path = Path.Combine(Folder, $"{type}.golden");
        Assert.True(File.Exists(path), $"{type} has no vector in Golden/: write it by hand from docs/protocol.md.");
        var lines = File.ReadAllLines(path);
        Assert.StartsWith("# ", lines[0]);
        return Convert.FromHexString(string.Concat(lines[1..]));
    }
}
