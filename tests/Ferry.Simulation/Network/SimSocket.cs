using Ferry.Protocol.Sending;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <summary>
/// One direction of a connection below the link: the system's send buffer and the wire behind it. What is written
/// leaves in order, in the time that its bytes take at the wire's rate, and arrives after the latency and some jitter.
/// </summary>
/// <param name="roomAgain">Called when there is room in the buffer that was full.</param>
internal sealed class SimSocket(SimWorld world, Session session, Action roomAgain)
{
    private readonly Queue<Written> _unsent = new();
    private readonly Queue<(long At, int Bytes)> _unacknowledged = new();
    private long _unsentBytes;
    private long _unacknowledgedBytes;
    private long _lastArrival;
    private bool _isSending;

    /// <summary>A writer waits while there is none.</summary>
    public bool HasRoom => _unsentBytes < Traits.SendBufferBytes;

    /// <summary>What was written and not acknowledged; null where the system does not tell.</summary>
    public SendBacklog? Backlog
    {
        get
        {
            if (!Traits.TellsBacklog) return null;
            while (_unacknowledged.TryPeek(out var first) && first.At <= world.Now)
                _unacknowledgedBytes -= _unacknowledged.Dequeue().Bytes;
            var roundTrip = TimeSpan.FromMicroseconds(2 * Traits.Latency);
            var bytes = _unsentBytes + _unacknowledgedBytes;
            return new SendBacklog(bytes, _unsentBytes, roundTrip + Traits.MeanJitter, roundTrip, Traits.SegmentBytes);
        }
    }

    private WireTraits Traits => session.Wire.Traits;

    /// <param name="left">Called when the bytes are on their way, with the moment of their arrival.</param>
    public void Write(int bytes, Action<long> left)
    {
        _unsent.Enqueue(new Written(bytes, left));
        _unsentBytes += bytes;
        Transmit();
    }

    /// <summary>Goes on, unless the wire stands still.</summary>
    public void Transmit()
    {
        if (_isSending || session.IsLost || session.Wire.IsStalled || !_unsent.TryPeek(out var next)) return;
        _isSending = true;
        world.After(Math.Max(1, next.Bytes * 1_000_000L / Traits.Rate), SentFirst);
    }

    private void SentFirst()
    {
        _isSending = false;
        if (session.IsLost) return;
        var hadRoom = HasRoom;
        var sent = _unsent.Dequeue();
        _unsentBytes -= sent.Bytes;
        _lastArrival = Math.Max(_lastArrival + 1, world.Now + Traits.Latency + world.Chance(Traits.Jitter));
        _unacknowledged.Enqueue((_lastArrival + Traits.Latency, sent.Bytes));
        _unacknowledgedBytes += sent.Bytes;
        sent.Left(_lastArrival);
        Transmit();
        if (!hadRoom && HasRoom) roomAgain();
    }

    private readonly record struct Written(int Bytes, Action<long> Left);
}
