using Ferry.Protocol.Sending;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links.Pump;

/// <summary>
/// Writes to a link and measures it: bytes written and delivered, the rate, and from them how much bulk may be in
/// flight. One caller.
/// </summary>
internal sealed class PacedWriter(SecureLink link, NodeClock clock)
{
    private readonly RateMeter _meter = new(clock.Now);
    private readonly BulkPace _pace = new(clock.Now);
    private long _written;
    private long _delivered;

    public bool BulkPending => link.BulkPending;

    /// <summary>A message without a body. False when the connection is lost.</summary>
    public async ValueTask<bool> WriteAsync(Message message, CancellationToken cancel) =>
        Count(await link.WriteAsync(message, cancel));

    /// <summary>Takes the body over. Then <see cref="ContinueBulkAsync"/> while <see cref="BulkPending"/>.</summary>
    public void StartBulk(FileTransfer head, PooledBody body) => link.StartBulk(head, body);

    /// <summary>How long the next frame of bulk has to wait; null when it may go now.</summary>
    public TimeSpan? BulkWait()
    {
        var backlog = link.Backlog;
        return _pace.Look(clock.Now, backlog, Delivered(backlog));
    }

    /// <summary>Writes the next frame of bulk. False when the connection is lost.</summary>
    public async ValueTask<bool> ContinueBulkAsync(CancellationToken cancel) =>
        Count(await link.ContinueBulkAsync(_pace.WriteBytes, cancel));

    /// <summary>The link becomes busy: a message is about to be written.</summary>
    public void Busy() => _meter.Busy(clock.Now, Delivered(link.Backlog));

    /// <summary>The link becomes idle: its queue is empty.</summary>
    public void Idle() => _meter.Idle(clock.Now, Delivered(link.Backlog));

    /// <summary>The link's rate when a report is due; else null.</summary>
    public long? Report() => _meter.Report(clock.Now, Delivered(link.Backlog));

    private bool Count(int? bytes)
    {
        _written += bytes ?? 0;
        return bytes is not null;
    }

    /// <summary>
    /// Bytes of the handshake that are still unacknowledged lower the count at first, hence the maximum.
    /// </summary>
    private long Delivered(SendBacklog? backlog)
    {
        _delivered = Math.Max(_delivered, _written - (backlog?.Bytes ?? 0));
        return _delivered;
    }
}
