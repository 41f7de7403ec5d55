using Ferry.Protocol.Values;

namespace Ferry.Runtime;

/// <summary>Ids as people see them.</summary>
public static class ShortId
{
    /// <summary>The beginning of an id: enough to tell things apart, and to be given back to a command.</summary>
    /// <param name="id">Hexadecimal digits, as all ids of the facade.</param>
    public static string Of(string id) => id.Length <= Bytes32.ShortDigits ? id : id[..Bytes32.ShortDigits];
}
