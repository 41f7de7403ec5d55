using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

/// <summary>
/// What leaves by one link, and when: the queue, the pace at which bulk is taken out of it, and the account of what was
/// written and has arrived. The link's writer asks for the next step, carries it out, and asks again; between the
/// frames of a body, control overtakes it.
/// </summary>
/// <param name="self">This node: what others are the source of is passed on.</param>
/// <param name="budget">Of all links of the node.</param>
public sealed class OutgoingLink(OutgoingLimits limits, NodeId self, PassedOnBudget budget, Instant start)
{
    private static readonly TimeSpan LimitLookMax = TimeSpan.FromMilliseconds(250);

    private readonly OutgoingQueue _queue = new(limits, self, budget);
    private readonly RateMeter _meter = new(start);
    private readonly BulkPace _pace = new(start);
    private long _written;
    private long _delivered;

    private Instant _movedAt = start;

    /// <summary>Bytes per second; 0 until measured.</summary>
    private long _rate;

    /// <summary>Length of the body that is being written; 0 for none.</summary>
    private int _bodyBytes;

    /// <summary>What is written next is a part of the body.</summary>
    private bool _writesBody;

    /// <summary>Of bodies that were dropped, which the core is to be told.</summary>
    private int _droppedBytes;

    /// <summary>
    /// Of the user. Bodies alone are held back and counted; a limit that is changed is noticed after
    /// <see cref="LimitLookMax"/>.
    /// </summary>
    public ISendLimit Limit { get; init; } = NoSendLimit.Instance;

    /// <summary>Messages that were not begun.</summary>
    public int Count => _queue.Count;

    /// <inheritdoc cref="OutgoingQueue.ControlBytes"/>
    public long ControlBytes => _queue.ControlBytes;

    /// <inheritdoc cref="OutgoingQueue.BulkBytes"/>
    public long BulkBytes => _queue.BulkBytes;

    /// <inheritdoc cref="OutgoingQueue.Dropped"/>
    public long Dropped => _queue.Dropped;

    private bool IsBusy => _bodyBytes > 0 || Count > 0;

    /// <summary>
    /// False when the neighbour does not read, or nothing that was written has made progress for too long: the message
    /// was not taken, and the caller closes the link. A link has a heartbeat every few seconds, so this is noticed.
    /// </summary>
    public bool TryAdd(Instant now, Message message)
    {
        if (IsBusy && now - _movedAt > OutgoingLimits.StuckAfter) return false;
        Begin(now);
        return _queue.TryAdd(message, ControlBytesMax);
    }

    /// <summary>
    /// Takes the body over. What does not fit is dropped, and told as sent: the link has room again.
    /// </summary>
    /// <param name="from">The neighbour that it came from; none for a piece of this node.</param>
    public void Add(Instant now, NodeId from, FileTransfer head, Payload body)
    {
        Begin(now);
        _droppedBytes += _queue.Add(from, head, body);
    }

    /// <inheritdoc cref="OutgoingQueue.Clear"/>
    public void Clear() => _queue.Clear();

    /// <summary>The link has taken so many bytes more.</summary>
    public void Wrote(Instant now, int bytes)
    {
        _written += bytes;
        _movedAt = now;
        if (_writesBody) Limit.OnSent(now, bytes);
        _writesBody = false;
    }

    /// <param name="state">How far the link's end has come.</param>
    /// <param name="backlog">What the link has taken and not delivered; null where the system does not tell.</param>
    /// <param name="bulkPending">Frames of the body that was begun are still to be written.</param>
    public SendStep Next(LinkState state, Instant now, SendBacklog? backlog, bool bulkPending)
    {
        // Bytes of the handshake that are still unacknowledged lower the count at first, hence the maximum.
        OnDelivered(now, _written - (backlog?.Bytes ?? 0));
        if (_meter.Report(now, _delivered) is { } rate)
        {
            _rate = rate;
            return new SendStep.TellRate(rate);
        }
        if (_droppedBytes > 0) return TellDropped();
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

    private long ControlBytesMax => _rate == 0 ? limits.ControlBytesFirst : (long)Math.Clamp(
        _rate * OutgoingLimits.ControlSeconds, limits.ControlBytesMin, limits.ControlBytesMax);

    /// <summary>What waits from now on has waited since now.</summary>
    private void Begin(Instant now)
    {
        if (!IsBusy) _movedAt = now;
    }

    private void OnDelivered(Instant now, long delivered)
    {
        if (delivered <= _delivered) return;
        (_delivered, _movedAt) = (delivered, now);
    }

    private SendStep.TellSent TellDropped()
    {
        var dropped = new SendStep.TellSent(_droppedBytes);
        _droppedBytes = 0;
        return dropped;
    }

    private SendStep NextInBody(Instant now, SendBacklog? backlog)
    {
        if (_queue.TryTakeControl(out var control)) return new SendStep.Write(control.Message);
        if (_pace.Look(now, backlog, _delivered) is { } wait) return new SendStep.Pause(wait);
        if (Limit.Wait(now) is { } held) return new SendStep.Pause(held < LimitLookMax ? held : LimitLookMax);
        _writesBody = true;
        return new SendStep.ContinueBulk(Math.Min(_pace.WriteBytes, Limit.BytesAtOnce));
    }

    private SendStep.TellSent EndBody()
    {
        var sent = new SendStep.TellSent(_bodyBytes);
        _bodyBytes = 0;
        return sent;
    }
}
