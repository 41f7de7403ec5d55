namespace Ferry.Transports;

/// <summary>A transport that can look for nodes nobody has told it of.</summary>
public interface IDiscovering
{
    /// <summary>Looks around for some seconds.</summary>
    Task<Outcome<IReadOnlyList<DiscoveredNode>>> DiscoverAsync(CancellationToken cancel);
}

/// <summary>A node within reach. Whether it is who it says is shown only when it is joined.</summary>
/// <param name="Address">What to join.</param>
/// <param name="SignalDbm">How well it is heard; null when it is not known, as of a device that is linked.</param>
public sealed record DiscoveredNode(string Name, string Address, string Transport, int? SignalDbm);
