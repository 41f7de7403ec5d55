using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Links.Pump;

/// <summary>
/// What the loop and the two tasks of a link's pump share: what waits to be sent, and how far the link's end has come.
/// One lock for both, because whether a message is still taken depends on the end.
/// </summary>
internal sealed class PumpState : IDisposable
{
    private readonly Lock _lock = new();
    private readonly OutgoingLink _outgoing;
    private readonly AsyncSignal _changed = new();
    private readonly TimeProvider _time;
    private readonly NodeClock _clock;
    private readonly CancellationTokenSource _stop;
    private LinkState _state = new LinkState.Up();

    public PumpState(TimeProvider time, NodeId self, PassedOnBudget budget, ISendLimit limit)
    {
        (_time, _clock) = (time, new NodeClock(time));
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Stopped = _stop.Token;
        _outgoing = new OutgoingLink(OutgoingLimits.Standard, self, budget, _clock.Now) { Limit = limit };
    }

    /// <summary>Cancelled when the link is down, or has not come to its end in time.</summary>
    public CancellationToken Stopped { get; }

    public LinkState Link
    {
        get { lock (_lock) return _state; }
    }

    /// <summary>Never waits.</summary>
    public void Send(Message message)
    {
        lock (_lock)
        {
            if (!_state.IsSending) return;
            if (_outgoing.TryAdd(_clock.Now, message))
            {
                _changed.Set();
                return;
            }
        }

        End("the neighbour is too slow: it does not take our messages");
    }

    /// <summary>Takes the body over. Never waits.</summary>
    public void Send(NodeId from, FileTransfer head, Payload body)
    {
        lock (_lock)
        {
            if (_state.IsSending)
            {
                _outgoing.Add(_clock.Now, from, head, body);
                _changed.Set();
                return;
            }
        }

        body.Dispose();
    }

    public void Close(LeaveReason leave, string reason) => Move(state => state.Close(leave, reason));

    /// <summary>A neighbour that breaks the protocol gets a Leave with the reason, and nothing of the queue.</summary>
    public void Refuse(string reason)
    {
        Move(state => state.Refuse(reason));
        Clear();
    }

    public void LoseWriting() => Move(state => state.LoseWriting());

    public void End(string reason) => Move(state => state.End(reason));

    /// <summary>Drops what is queued, and disposes its bodies.</summary>
    public void Clear()
    {
        lock (_lock) _outgoing.Clear();
    }

    /// <summary>The writing task's: what to do next.</summary>
    public SendStep Next(SendBacklog? backlog, bool bulkPending)
    {
        lock (_lock) return _outgoing.Next(_state, _clock.Now, backlog, bulkPending);
    }

    /// <summary>The writing task's.</summary>
    public void Wrote(int bytes)
    {
        lock (_lock) _outgoing.Wrote(_clock.Now, bytes);
    }

    /// <summary>The writing task's: until something is queued or the state has changed.</summary>
    public Task WhenChangedAsync() => _changed.WaitAsync(Stopped);

    /// <summary>The writing task's: the same, but no longer than the limit.</summary>
    public Task WhenChangedAsync(TimeSpan limit) => _changed.WaitAsync(limit, _time, Stopped);

    public void Dispose() => _stop.Dispose();

    /// <summary>Cancelling runs what waits for it: not under the lock.</summary>
    private void Move(Func<LinkState, LinkState> step)
    {
        LinkState next;
        lock (_lock)
        {
            next = step(_state);
            if (ReferenceEquals(next, _state)) return;
            _state = next;
        }

        if (next is LinkState.Down) _stop.Cancel();
        else if (next.IsEnding) _stop.CancelAfter(LinkState.EndTimeLimit);
        _changed.Set();
    }
}
