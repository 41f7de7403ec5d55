namespace Ferry.Protocol.Values;

/// <summary>The user allows so much.</summary>
/// <param name="Neighbour">For this neighbour; null for all.</param>
/// <param name="Transport">Over this transport; null for all.</param>
public sealed record RateRule(NodeId? Neighbour, string? Transport, long BytesPerSecond)
{
    /// <summary>At less a transfer is taken for one that does not deliver.</summary>
    public const long RateMin = 20_000;

    /// <summary>More than any machine has neighbours and transports; each is looked at for each piece.</summary>
    public const int RulesMax = 64;

    /// <param name="transport">What carries bulk to the neighbour, such as <c>tcp+bluetooth</c>.</param>
    public bool Fits(NodeId neighbour, string transport) => (Neighbour is not { } one || one == neighbour)
        && (Transport is not { } way || transport == way || transport.Split('+').Contains(way));
}
