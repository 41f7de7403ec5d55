using Ferry.Protocol.Values;

namespace Ferry.Protocol.Routing;

/// <summary>A node for which this node has messages and no route.</summary>
internal sealed class WantedNode
{
    public WantedNode(NodeId node, Deadlines deadlines)
    {
        Node = node;
        Retry = deadlines.New(this, CoreTimer.RouteRetry);
    }

    public NodeId Node { get; }
    public Deadline Retry { get; }

    /// <summary>When a message to it last found no route.</summary>
    public Instant AskedAt { get; set; }
    public ulong MinSequence { get; set; }

    /// <summary>Requests without an answer since a link last came up.</summary>
    public int Asks { get; set; }
}
