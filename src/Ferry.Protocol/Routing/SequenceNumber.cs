namespace Ferry.Protocol.Routing;

/// <summary>
/// Sequence numbers of routes, compared by serial number arithmetic (RFC 1982, as in RFC 8966 §3.2.1): of two numbers
/// the newer is the one that the other reaches by counting up less than half of the range. So no number is the last:
/// whatever a forged envelope claims, the node that it speaks of has a newer one to say.
/// </summary>
internal static class SequenceNumber
{
    /// <summary>In a Route Request: any will do.</summary>
    public const ulong Any = 0;

    public static bool IsNewer(ulong number, ulong than) => unchecked((long)(number - than)) > 0;

    public static ulong Newer(ulong one, ulong other) => IsNewer(one, other) ? one : other;

    public static ulong After(ulong number) => unchecked(number + 1) is var next && next == Any ? next + 1 : next;

    /// <summary>Meets both; either may be <see cref="Any"/>.</summary>
    public static ulong AtLeast(ulong one, ulong other) =>
        one == Any ? other : other == Any ? one : Newer(one, other);
}
