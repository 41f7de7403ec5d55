namespace Ferry.Transports;

/// <summary>A transport that can discover nodes without knowing an address.</summary>
internal interface IDiscovering
{
    /// <summary>Searches for some seconds.</summary>
    Task<Outcome<IReadOnlyList<DiscoveredNode>>> DiscoverAsync(CancellationToken cancel);
}

/// <summary>A node within reach. Its name is proven only when it is joined.</summary>
/// <param name="Address">What to join.</param>
/// <param name="SignalDbm">How well it is heard; null when it is not known, as of a device that is linked.</param>
public sealed record DiscoveredNode(string Name, string Address, string Transport, int? SignalDbm);
