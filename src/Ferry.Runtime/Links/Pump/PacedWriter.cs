using Ferry.Protocol.Sending;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links.Pump;

/// <summary>
/// Writes to a link and keeps account of it: what was written, what of that has arrived, how fast, and so how much of
/// the next bulk message it may have. One caller.
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

    /// <summary>Something is about to be written.</summary>
    public void Busy() => _meter.Busy(clock.Now, Delivered(link.Backlog));

    /// <summary>Nothing waits any more.</summary>
    public void Idle() => _meter.Idle(clock.Now, Delivered(link.Backlog));

    /// <summary>The link's rate, when it is time to tell it.</summary>
    public long? Report() => _meter.Report(clock.Now, Delivered(link.Backlog));

    private bool Count(int? bytes)
    {
        _written += bytes ?? 0;
        return bytes is not null;
    }

    /// <summary>What the handshake wrote and did not get rid of is missing at first, and then made good.</summary>
    private long Delivered(SendBacklog? backlog)
    {
        _delivered = Math.Max(_delivered, _written - (backlog?.Bytes ?? 0));
        return _delivered;
    }
}
