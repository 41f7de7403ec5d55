using System.Reflection;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>
/// Messages as tests look at them. Records compare lists and memory by reference; their description compares what is
/// in them.
/// </summary>
internal static class MessageReading
{
    public static byte[] Encoded(this Message message)
    {
        var head = new byte[WireLimits.HeadBytesMax];
        return head[..MessageCodec.Encode(message, head)];
    }

    public static string Described(this Message message)
    {
        var properties = message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return string.Join("; ", properties.Select(property => $"{property.Name}={Text(property.GetValue(message))}"));
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        IEnumerable<ChunkRange> ranges => string.Join(",", ranges),
        IEnumerable<NodeId> nodes => string.Join(",", nodes),
        IEnumerable<AskedNode> asked => string.Join(",", asked),
        IEnumerable<HashingFile> files => string.Join(",", files),
        IEnumerable<string> texts => string.Join(",", texts),
        _ => value.ToString()!,
    };
}
