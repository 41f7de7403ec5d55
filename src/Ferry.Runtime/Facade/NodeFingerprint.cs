using Ferry.Transports.Secure;

namespace Ferry.Runtime;

/// <summary>Node ids as people compare them.</summary>
public static class NodeFingerprint
{
    /// <summary>80 bits of the id in groups: what is compared before a node is trusted.</summary>
    /// <param name="node">Hexadecimal digits, as all ids of the facade.</param>
    public static string Of(string node) => Fingerprint.Group(node);
}
