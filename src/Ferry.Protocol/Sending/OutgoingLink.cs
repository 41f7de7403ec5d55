using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

/// <summary>
/// What leaves by one link, and when: the queue, the pace at which bulk is taken out of it, and the account of what was
/// written and has arrived. The link's writer asks for the next step, carries it out, and asks again; between the
/// frames of a body, control overtakes it.
/// </summary>
public sealed class OutgoingLink(OutgoingLimits limits, Instant start)
{
    private readonly OutgoingQueue _queue = new(limits);
    private readonly RateMeter _meter = new(start);
    private readonly BulkPace _pace = new(start);
    private long _written;
    private long _delivered;

    /// <summary>Length of the body that is being written; 0 for none.</summary>
    private int _bodyBytes;

    /// <summary>Messages that were not begun.</summary>
    public int Count => _queue.Count;

    /// <inheritdoc cref="OutgoingQueue.ControlBytes"/>
    public long ControlBytes => _queue.ControlBytes;

    /// <inheritdoc cref="OutgoingQueue.BulkBytes"/>
    public long BulkBytes => _queue.BulkBytes;

    /// <inheritdoc cref="OutgoingQueue.TryAdd(Message)"/>
    public bool TryAdd(Message message) => _queue.TryAdd(message);

    /// <inheritdoc cref="OutgoingQueue.TryAdd(FileTransfer, Payload)"/>
    public bool TryAdd(FileTransfer head, Payload body) => _queue.TryAdd(head, body);

    /// <inheritdoc cref="OutgoingQueue.Clear"/>
    public void Clear() => _queue.Clear();

    /// <summary>The link has taken so many bytes more.</summary>
    public void Wrote(int bytes) => _written += bytes;

    /// <param name="state">How far the link's end has come.</param>
    /// <param name="backlog">What the link has taken and not delivered; null where the system does not tell.</param>
    /// <param name="bulkPending">Frames of the body that was begun are still to be written.</param>
    public SendStep Next(LinkState state, Instant now, SendBacklog? backlog, bool bulkPending)
    {
        // Bytes of the handshake that are still unacknowledged lower the count at first, hence the maximum.
        _delivered = Math.Max(_delivered, _written - (backlog?.Bytes ?? 0));
        if (_meter.Report(now, _delivered) is { } rate) return new SendStep.TellRate(rate);
        if (bulkPending) return NextInBody(now, backlog);
        if (_bodyBytes > 0) return EndBody();
        if (!_queue.TryTake(out var next))
        {
            _meter.Idle(now, _delivered);
            return state.WhenIdle;
        }

        _meter.Busy(now, _delivered);
        if (next.Body is not { } body) return new SendStep.Write(next.Message);
        _bodyBytes = body.Length;
        return new SendStep.StartBulk((FileTransfer)next.Message, body);
    }

    private SendStep NextInBody(Instant now, SendBacklog? backlog)
    {
        if (_queue.TryTakeControl(out var control)) return new SendStep.Write(control.Message);
        if (_pace.Look(now, backlog, _delivered) is { } wait) return new SendStep.Pause(wait);
        return new SendStep.ContinueBulk(_pace.WriteBytes);
    }

    private SendStep.TellSent EndBody()
    {
        var sent = new SendStep.TellSent(_bodyBytes);
        _bodyBytes = 0;
        return sent;
    }
}
