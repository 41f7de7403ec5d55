namespace Ferry.Transports.Lan.DnsSd;

/// <summary>Where this node is shown to take connections.</summary>
/// <param name="CardIndex">The system's number for the network interface.</param>
public sealed record ShownService(int CardIndex, ushort Port)
{
    /// <summary>One for each card: what is shown at others would be no address of this node.</summary>
    public static IReadOnlyList<ShownService> At(IReadOnlyList<LanSegment> segments) =>
        [.. segments.Select(segment => new ShownService(segment.CardIndex, segment.Port))
            .DistinctBy(shown => shown.CardIndex).OrderBy(shown => shown.CardIndex)];
}
