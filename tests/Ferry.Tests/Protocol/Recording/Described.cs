using System.Collections;
using System.Reflection;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Protocol.Wire;

namespace Ferry.Tests.Protocol.Recording;

/// <summary>All that is in a record, down to the last field. Records compare lists and memory by reference.</summary>
internal static class Described
{
    public static string Of(object? value) => value switch
    {
        null => "none",
        string text => $"'{text}'",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        Payload body => $"{body.Length} bytes",
        NetworkKey => "a key",
        Join join => Convert.ToHexString((join with { AdmissionProof = default }).Encoded()),
        Message message => Convert.ToHexString(message.Encoded()),
        Manifest manifest => manifest.Id.ToString(),
        ChunkMap map => $"{map.ChunkCount}: {string.Join(',', map.ToRanges(int.MaxValue))}",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Of))}]",
        _ when value.GetType() is { IsPrimitive: true } or { IsEnum: true } || value is UInt128 or TimeSpan =>
            value.ToString()!,
        _ => $"{value.GetType().Name}({string.Join("; ", Properties(value))})",
    };

    private static IEnumerable<string> Properties(object value) => value.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && property.Name != "EqualityContract")
        .Select(property => $"{property.Name}={Of(property.GetValue(value))}");
}
