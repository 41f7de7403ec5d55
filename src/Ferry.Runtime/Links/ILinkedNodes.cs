using Ferry.Protocol.Values;

namespace Ferry.Runtime.Links;

/// <summary>Which nodes are linked, and over what.</summary>
internal interface ILinkedNodes
{
    /// <summary>The transports over which the node is linked; none when it is no neighbour.</summary>
    IReadOnlySet<string> TransportsTo(NodeId node);

    /// <summary>Ends when a link comes or goes, or has since the last wait. For one waiter.</summary>
    Task WhenChangedAsync(CancellationToken cancel);
}
