using Ferry.Protocol;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <summary>
/// One node's end of a session, driven as the program's link pump does it: what leaves and when is the core's
/// <see cref="OutgoingLink"/>, how the link ends its <see cref="LinkState"/>. Below is a <see cref="SimSocket"/>.
/// </summary>
internal sealed class LinkEnd
{
    /// <summary>Length, number and tag of a frame.</summary>
    private const int FrameOverhead = 32;
    private const long ReplayWithin = 3_000_000;

    private readonly SimWorld _world;
    private readonly Session _session;
    private readonly SimNode _node;
    private readonly bool _dialed;
    private readonly int _life;
    private readonly SimSocket _socket;
    private readonly OutgoingLink _outgoing;
    private LinkState _state = new LinkState.Down("the handshake is not over");
    private BulkInWriting? _bulk;
    private bool _isLeaveSent;
    private long _pauses;

    public LinkEnd(SimWorld world, Session session, SimNode node, bool dialed)
    {
        (_world, _session, _node, _dialed, _life) = (world, session, node, dialed, node.Life);
        _socket = new SimSocket(world, session, Pump);
        _outgoing = new OutgoingLink(node.OutgoingLimits, node.Id, node.PassedOn, node.Clock);
    }

    public LinkId Link { get; private set; }
    public SimNode Node => _node;
    public Session Session => _session;
    public bool IsOpen => _state is not LinkState.Down;
    public bool IsOfThisLife => _node.Life == _life;
    public Instant UpSince { get; private set; }
    public long ControlBytesQueued => _outgoing.ControlBytes;

    /// <summary>Bodies that have not left, each with what belongs to it.</summary>
    public long BulkBytesQueued => _outgoing.BulkBytes + (_bulk?.BytesLeft ?? 0);

    public void Open(Join peer)
    {
        (_state, UpSince) = (new LinkState.Up(), _node.Clock);
        Link = _node.NextLink(this);
        var wire = _session.Wire;
        var opposite = _session.Opposite(this).Node;
        foreach (var old in wire.TakeKept(opposite)) _world.After(_world.Chance(ReplayWithin), () => Arrived(old));
        _node.Post(new Input.LinkUp(
            Link, (Join)Session.Decode(_session.Encode(peer)), wire.Traits.ToLinkTraits(), wire.Path,
            $"{wire.Traits.Transport}://{opposite.Name}", _dialed));
    }

    public void Send(Message message)
    {
        if (!_state.IsSending) return;
        var dropped = _outgoing.Dropped;
        if (!_outgoing.TryAdd(_node.Clock, message))
        {
            End("the neighbour is too slow");
            return;
        }
        if (_outgoing.Dropped > dropped) _world.Reached.Note(Rare.MessageDropped);
        Queued(message);
    }

    /// <summary>Takes the body over.</summary>
    public void SendBody(NodeId from, FileTransfer head, SimPayload body)
    {
        if (!_state.IsSending)
        {
            body.Dispose();
            return;
        }
        var before = _outgoing.Count;
        _outgoing.Add(_node.Clock, from, head, body);
        if (_outgoing.Count <= before) _world.Reached.Note(Rare.BodyDropped);
        Queued(head);
    }

    /// <summary>Sends what is queued, then Leave, and waits for the other end; but not for long.</summary>
    public void Close(LeaveReason leave, string reason)
    {
        if (!_state.IsSending) return;
        _state = _state.Close(leave, reason);
        _world.After(LinkState.EndTimeLimit, () =>
        {
            if (!IsOpen || !IsOfThisLife) return;
            _world.Reached.Note(Rare.LinkCutOff);
            End("the time to close is over");
        });
        Pump();
    }

    /// <summary>The node learns that the connection is gone.</summary>
    public void Lost(string reason, long after) => _world.After(after, () =>
    {
        if (IsOpen && IsOfThisLife) EndHere(reason);
    });

    /// <summary>The node's memory is gone: nobody is told.</summary>
    public void Vanish() => _state = _state.End("the node is gone");

    /// <summary>The wire goes on after it stood still.</summary>
    public void Resume() => _socket.Transmit();

    private void Queued(Message message)
    {
        _world.Checks.Queued(this, message);
        Pump();
    }

    /// <summary>The writer: does what the core says until there is something to wait for.</summary>
    private void Pump()
    {
        while (IsOpen && IsOfThisLife && !_isLeaveSent && _socket.HasRoom)
        {
            switch (_outgoing.Next(_state, _node.Clock, _socket.Backlog, _bulk is not null))
            {
                case SendStep.Write write: Write(write.Message); break;
                case SendStep.StartBulk start: StartBulk(start.Head, (SimPayload)start.Body); break;
                case SendStep.ContinueBulk frame: WriteFrame(frame.BytesMax); break;
                case SendStep.TellSent sent: _node.Post(new Input.BulkSent(Link, sent.BodyBytes)); break;
                case SendStep.TellRate rate: _node.Post(new Input.LinkMeasured(Link, rate.BytesPerSecond)); break;
                case SendStep.Pause pause:
                    Pause(pause.Limit);
                    return;
                case SendStep.Idle: return;
                case SendStep.Finish last:
                    Write(new Leave(last.Leave));
                    _isLeaveSent = true;
                    return;
                default: throw new SimFailure("unknown step of a link");
            }
        }
    }

    private void Write(Message message)
    {
        var frame = new Frame(_session.Encode(message), null);
        Write(frame.Head.Length, arrival => Deliver(frame, arrival));
    }

    private void StartBulk(FileTransfer head, SimPayload body)
    {
        var frame = new Frame(_session.Encode(head), LiarRelay.BodyOf(_node, head, body.Bytes));
        _bulk = new BulkInWriting(frame, body) { BytesLeft = frame.Head.Length + body.Length };
    }

    private void WriteFrame(int bytesMax)
    {
        var bulk = _bulk!;
        var bytes = Math.Min(Math.Min(bytesMax, _session.Wire.Traits.FrameBytesMax), bulk.BytesLeft);
        bulk.BytesLeft -= bytes;
        if (bulk.BytesLeft > 0)
        {
            Write(bytes, _ => { });
            return;
        }
        _bulk = null;
        bulk.Body.Dispose();
        Write(bytes, arrival => Deliver(bulk.Frame, arrival));
    }

    private void Write(int bytes, Action<long> left)
    {
        _outgoing.Wrote(_node.Clock, bytes + FrameOverhead);
        _socket.Write(bytes + FrameOverhead, left);
    }

    /// <summary>A timer of the program is a little late, never early.</summary>
    private void Pause(TimeSpan limit)
    {
        var pause = ++_pauses;
        _world.After(limit.Ticks / 10 + _world.Chance(1_000), () => { if (pause == _pauses) Pump(); });
    }

    private void Deliver(Frame frame, long arrival)
    {
        var opposite = _session.Opposite(this);
        _world.After(arrival - _world.Now, () => opposite.Arrived(frame));
        if (_session.Wire.ReplaysOneIn > 0) Replay(frame, arrival);
    }

    /// <summary>What has a way of its own may come by two; what is between neighbours cannot.</summary>
    private void Replay(Frame frame, long arrival)
    {
        if (_world.Random.Next(_session.Wire.ReplaysOneIn) != 0) return;
        if (Session.Decode(frame.Head) is not RoutedMessage) return;
        _world.Reached.Note(Rare.ReplayedMessage);
        var opposite = _session.Opposite(this);
        if (_world.Random.Next(2) == 0) _session.Wire.Keep(this, frame);
        else _world.After(arrival - _world.Now + _world.Chance(ReplayWithin), () => opposite.Arrived(frame));
    }

    private void Arrived(Frame frame)
    {
        if (_session.IsLost || !IsOpen || !IsOfThisLife || !_node.TakesDelivery()) return;
        var message = Session.Decode(frame.Head);
        if (LiarRelay.Withholds(_node, message, () => Taken(frame, message))) return;
        Taken(frame, message);
    }

    private void Taken(Frame frame, Message message)
    {
        if (!IsOpen || !IsOfThisLife) return;
        if (_state.IsReceiving)
        {
            _world.Checks.Crossed(this, message);
            _node.Liar?.Hear(message);
            _node.Receive(Link, message, frame.Body is null ? null : _node.Payloads.Rent(_node.Name, frame.Body));
        }
        // Receiving it may have ended all: the node has no power any more.
        if (message is Leave leave && IsOpen && IsOfThisLife) End($"the neighbour left ({leave.Reason})");
    }

    /// <summary>Closes the connection: the other end learns it behind what was written.</summary>
    private void End(string reason)
    {
        EndHere(reason);
        if (_session.IsLost) _world.Reached.Note(Rare.SilentDeath);
        var opposite = _session.Opposite(this);
        _socket.Write(FrameOverhead, arrival => opposite.Lost("closed by the peer", arrival - _world.Now));
    }

    private void EndHere(string reason)
    {
        var down = (LinkState.Down)_state.End(reason);
        _state = down;
        _outgoing.Clear();
        _bulk?.Body.Dispose();
        _bulk = null;
        _node.LinkDown(this, down.Reason);
        _session.Wire.SessionEnded(_session, _node);
    }

    /// <summary>A message as it is on the wire.</summary>
    internal readonly record struct Frame(byte[] Head, byte[]? Body);

    private sealed class BulkInWriting(Frame frame, SimPayload body)
    {
        public Frame Frame => frame;
        public SimPayload Body => body;
        public int BytesLeft { get; set; }
    }
}
