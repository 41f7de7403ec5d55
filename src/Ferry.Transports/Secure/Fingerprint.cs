using Ferry.Protocol.Values;

namespace Ferry.Transports.Secure;

/// <summary>
/// A node id as people compare it when they decide whom to trust: its first 80 bits, in groups that can be read aloud.
/// Who wants another key with the same ones has to make 2^80 keys. For telling things apart less is enough.
/// </summary>
public static class Fingerprint
{
    /// <summary>80 bits.</summary>
    public const int Digits = 20;

    private const int GroupDigits = 4;

    /// <summary>Such as <c>3f9a-8c01-77aa-0b2c-91de</c>.</summary>
    public static string Of(NodeId node) => Group(node.ToString());

    /// <param name="hexadecimal">The digits of a node id.</param>
    public static string Group(string hexadecimal) =>
        string.Join('-', hexadecimal.Take(Digits).Chunk(GroupDigits).Select(group => new string(group)));
}
