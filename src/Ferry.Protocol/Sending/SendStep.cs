using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

/// <summary>What the writer of a link does next: see <see cref="OutgoingLink"/>.</summary>
public abstract record SendStep
{
    private SendStep() { }

    /// <summary>Writes a message that has no body.</summary>
    public sealed record Write(Message Message) : SendStep;

    /// <summary>Begins a File Transfer. Hands the body over; its bytes are written by the steps that follow.</summary>
    public sealed record StartBulk(FileTransfer Head, Payload Body) : SendStep;

    /// <summary>Writes the next frame of the File Transfer that was begun.</summary>
    public sealed record ContinueBulk(int BytesMax) : SendStep;

    /// <summary>The link has enough on its way: waits so long, or until something else is queued.</summary>
    public sealed record Pause(TimeSpan Limit) : SendStep;

    /// <summary>Nothing is queued: waits until something is.</summary>
    public sealed record Idle : SendStep;

    /// <summary>Nothing is queued and nothing will be: writes the Leave, and is done.</summary>
    public sealed record Finish(LeaveReason Leave) : SendStep;

    /// <summary>Tells the core by <see cref="Input.BulkSent"/>.</summary>
    public sealed record TellSent(int BodyBytes) : SendStep;

    /// <summary>Tells the core by <see cref="Input.LinkMeasured"/>.</summary>
    public sealed record TellRate(long BytesPerSecond) : SendStep;
}
