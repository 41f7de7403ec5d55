using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

/// <summary>
/// How far the end of a link has come. There are five ways into it: this node closes the link, the neighbour breaks the
/// protocol, nothing can be written any more, the reading side finds the end, the time limit passes. Whatever follows,
/// the first reason that was given is the one that is told.
/// </summary>
public abstract record LinkState
{
    /// <summary>
    /// For what is queued, the Leave and the neighbour's closing, all together: a link that does not come to its end by
    /// itself is cut off.
    /// </summary>
    public static readonly TimeSpan EndTimeLimit = TimeSpan.FromSeconds(5);

    private LinkState() { }

    /// <summary>This node may send. Otherwise what it sends is dropped.</summary>
    public virtual bool IsSending => false;

    /// <summary>What arrives is handed to the node. Otherwise it is dropped.</summary>
    public virtual bool IsReceiving => false;

    /// <summary>The link comes to its end by itself, or at <see cref="EndTimeLimit"/>.</summary>
    public virtual bool IsEnding => false;

    /// <summary>What the writer does when nothing is queued.</summary>
    public virtual SendStep WhenIdle => new SendStep.Idle();

    /// <summary>This node closes the link in good order.</summary>
    public virtual LinkState Close(LeaveReason leave, string reason) => this;

    /// <summary>The neighbour broke the protocol: it gets a Leave that says so, and nothing else.</summary>
    public virtual LinkState Refuse(string reason) => this;

    /// <summary>Writing failed.</summary>
    public virtual LinkState LoseWriting() => this;

    /// <summary>The end.</summary>
    public abstract LinkState End(string reason);

    public sealed record Up : LinkState
    {
        public override bool IsSending => true;
        public override bool IsReceiving => true;
        public override LinkState Close(LeaveReason leave, string reason) => new Leaving(leave, reason);
        public override LinkState Refuse(string reason) => new Leaving(LeaveReason.ProtocolError, reason);
        public override LinkState LoseWriting() => new ReadingOnly();
        public override LinkState End(string reason) => new Down(reason);
    }

    /// <summary>What is queued is sent, then the Leave; then the neighbour closes.</summary>
    public sealed record Leaving(LeaveReason Leave, string Reason) : LinkState
    {
        public override bool IsEnding => true;
        public override SendStep WhenIdle => new SendStep.Finish(Leave);
        public override LinkState Refuse(string reason) => this with { Leave = LeaveReason.ProtocolError };
        public override LinkState End(string reason) => new Down(Reason);
    }

    /// <summary>The neighbour may have sent a Leave before it closed: what it sent is still read.</summary>
    public sealed record ReadingOnly : LinkState
    {
        public override bool IsReceiving => true;
        public override bool IsEnding => true;
        public override LinkState Refuse(string reason) => new Leaving(LeaveReason.ProtocolError, reason);
        public override LinkState End(string reason) => new Down(reason);
    }

    public sealed record Down(string Reason) : LinkState
    {
        public override LinkState End(string reason) => this;
    }
}
