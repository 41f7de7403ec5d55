using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>The uploads with the same next hop that have a piece to send, in the order of their turns.</summary>
internal sealed class SendQueue
{
    public SendQueue(NodeId neighbour, Deadlines deadlines)
    {
        Neighbour = neighbour;
        Retry = deadlines.New(this, CoreTimer.SendRetry);
    }

    public NodeId Neighbour { get; }
    public LinkedList<Upload> Waiting { get; } = [];
    public Deadline Retry { get; }

    /// <summary>A link may have room: the queue is tried after this input.</summary>
    public bool IsReady { get; set; }

    /// <summary>Every upload is tried, not the first for all.</summary>
    public bool TriesAll { get; set; }
}
