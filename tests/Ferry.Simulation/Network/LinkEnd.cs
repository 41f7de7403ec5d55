using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <summary>
/// One node's end of a session: its queues and its pump. Control goes before bulk; what has left arrives in
/// order, after the time that its bytes take at the wire's rate, the latency and some jitter.
/// </summary>
internal sealed class LinkEnd(SimWorld world, Session session, SimNode node, bool dialed)
{
    /// <summary>Length, number and tag of a frame.</summary>
    private const int FrameOverhead = 32;
    private const long CloseLimit = 2_000_000;
    private const long MeasureInterval = 1_000_000;
    private const long ReplayWithin = 3_000_000;

    private readonly Queue<Frame> _control = new();
    private readonly Queue<Frame> _bulk = new();
    private readonly int _life = node.Life;
    private LeaveReason? _closing;
    private bool _leaveSent;
    private bool _busy;
    private long _busyMicroseconds;
    private long _bytesSent;
    private long _lastMeasure;

    public LinkId Link { get; private set; }
    public SimNode Node => node;
    public Session Session => session;
    public bool IsOpen { get; private set; }
    public bool IsOfThisLife => node.Life == _life;
    public Instant UpSince { get; private set; }
    public long LastArrival { get; private set; }
    public long BulkBytesQueued { get; private set; }
    public int ControlQueued => _control.Count;

    public void Open(Join peer)
    {
        (IsOpen, UpSince) = (true, node.Clock);
        Link = node.NextLink(this);
        var join = (Join)Session.Decode(session.Encode(peer));
        var address = $"{session.Wire.Traits.Transport}://{session.Opposite(this).Node.Name}";
        foreach (var old in session.Wire.TakeKept(session.Opposite(this).Node))
            world.After(world.Chance(ReplayWithin), () => Arrived(old));
        node.Post(new Input.LinkUp(Link, join, session.Wire.Traits.ToLinkTraits(), session.Wire.Path, address, dialed));
    }

    public void Send(Message message, byte[]? body)
    {
        if (!IsOpen || _closing is not null) return;
        var frame = new Frame(session.Encode(message), body);
        if (body is null)
        {
            _control.Enqueue(frame);
        }
        else
        {
            _bulk.Enqueue(frame);
            BulkBytesQueued += body.Length;
        }
        world.Checks.Queued(this, message);
        Pump();
    }

    /// <summary>Sends what is queued, then Leave, then closes; a dead wire does not hold it up for long.</summary>
    public void Close(LeaveReason reason)
    {
        if (!IsOpen || _closing is not null) return;
        _closing = reason;
        world.After(CloseLimit, () => { if (IsOpen) FinishClose(); });
        Pump();
    }

    /// <summary>The node learns that the link is gone.</summary>
    public void Down(string reason, long after)
    {
        if (!IsOpen) return;
        world.After(after, () =>
        {
            if (!IsOpen || node.Life != _life) return;
            IsOpen = false;
            node.LinkDown(this, reason);
            session.Wire.SessionEnded(session, node);
        });
    }

    /// <summary>The node's memory is gone: nobody is told.</summary>
    public void Vanish() => IsOpen = false;

    public void Pump()
    {
        if (_busy || !IsOpen || node.Life != _life || session.IsLost || session.Wire.IsStalled) return;
        if (!_control.TryDequeue(out var frame) && !_bulk.TryDequeue(out frame))
        {
            if (_closing is null) return;
            if (_leaveSent)
            {
                FinishClose();
                return;
            }
            _leaveSent = true;
            frame = new Frame(session.Encode(new Leave(_closing.Value)), null);
        }
        _busy = true;
        var microseconds = Math.Max(1, frame.Bytes * 1_000_000L / session.Wire.Traits.Rate);
        world.After(microseconds, () => Left(frame, microseconds));
    }

    private void Left(Frame frame, long microseconds)
    {
        _busy = false;
        if (!IsOpen || node.Life != _life) return;
        _busyMicroseconds += microseconds;
        _bytesSent += frame.Bytes;
        if (frame.Body is not null)
        {
            BulkBytesQueued -= frame.Body.Length;
            node.Post(new Input.BulkSent(Link, frame.Body.Length));
        }
        Measure();
        var traits = session.Wire.Traits;
        LastArrival = Math.Max(LastArrival + 1, world.Now + traits.Latency + world.Chance(traits.Jitter));
        world.After(LastArrival - world.Now, () => session.Opposite(this).Arrived(frame));
        if (session.Wire.ReplaysOneIn > 0) Replay(frame);
        Pump();
    }

    /// <summary>What has a way of its own may come by two; what is between neighbours cannot.</summary>
    private void Replay(Frame frame)
    {
        if (world.Random.Next(session.Wire.ReplaysOneIn) != 0) return;
        if (Session.Decode(frame.Head) is not RoutedMessage) return;
        world.Reached.Note(Rare.ReplayedMessage);
        var opposite = session.Opposite(this);
        if (world.Random.Next(2) == 0) session.Wire.Keep(this, frame);
        else world.After(LastArrival - world.Now + world.Chance(ReplayWithin), () => opposite.Arrived(frame));
    }

    private void Arrived(Frame frame)
    {
        if (session.IsLost || !IsOpen || node.Life != _life || !node.TakesDelivery()) return;
        var message = Session.Decode(frame.Head);
        world.Checks.Crossed(this, message);
        var body = frame.Body is null ? null : node.Payloads.Rent(node.Name, frame.Body);
        node.Receive(Link, message, body);
    }

    private void Measure()
    {
        if (world.Now - _lastMeasure < MeasureInterval) return;
        if (_busyMicroseconds > 0) node.Post(new Input.LinkMeasured(Link, _bytesSent * 1_000_000 / _busyMicroseconds));
        (_lastMeasure, _busyMicroseconds, _bytesSent) = (world.Now, 0, 0);
    }

    private void FinishClose()
    {
        if (node.Life != _life) return;
        IsOpen = false;
        session.Closed(this);
        node.LinkDown(this, "closed");
        session.Wire.SessionEnded(session, node);
    }

    internal readonly record struct Frame(byte[] Head, byte[]? Body)
    {
        public int Bytes => Head.Length + (Body?.Length ?? 0) + FrameOverhead;
    }
}
