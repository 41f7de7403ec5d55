using System.Text;

namespace Ferry.Protocol.Wire;

/// <summary>
/// A file's name as it can cross a link. File systems allow what a message does not: control characters, bytes that are
/// not UTF-8, paths beyond the limit. Such a file is offered under the nearest valid name.
/// </summary>
internal static class SendableName
{
    public static string Of(string name, int bytesMax = WireLimits.NameBytesMax)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes()) text.Append(Rune.IsControl(rune) ? "_" : rune.ToString());
        return Tail(text.ToString(), bytesMax);
    }

    /// <summary>Keeps the end of a path that is too long: the file's own name matters most.</summary>
    private static string Tail(string name, int bytesMax)
    {
        var start = 0;
        for (var bytes = Encoding.UTF8.GetByteCount(name); bytes > bytesMax;)
        {
            var rune = Rune.GetRuneAt(name, start);
            start += rune.Utf16SequenceLength;
            bytes -= rune.Utf8SequenceLength;
        }
        return name[start..];
    }
}
