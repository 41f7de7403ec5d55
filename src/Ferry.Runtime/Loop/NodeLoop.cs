using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Diagnostics;

namespace Ferry.Runtime.Loop;

/// <summary>
/// Drives the core: takes one input at a time, reads the clock once for it, hands it to the engine and has its effects
/// carried out. Nothing is awaited but the next input: effects are queued elsewhere and come back as inputs, and a
/// deadline is one more input, so there are no races inside. An exception in here is a bug and ends the node's run.
/// </summary>
internal sealed class NodeLoop : IAsyncDisposable
{
    /// <summary>After this many inputs in a row the deadline is checked, whatever else waits.</summary>
    private const int BatchMax = 64;

    /// <summary>A day, which every timer accepts. A deadline further away is checked again then.</summary>
    private const double AlarmMillisecondsMax = 86_400_000;

    private readonly RecordedCore _core;
    private readonly EffectCarrier _effects;
    private readonly Func<LinkId, NodeId?> _peerOf;
    private readonly LoopInbox _inbox;
    private readonly TimeProvider _time;
    private readonly NodeClock _clock;
    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="peerOf">The neighbour at the other end of a link; null when the link is gone.</param>
    public NodeLoop(
        RecordedCore core, EffectCarrier effects, Func<LinkId, NodeId?> peerOf, LoopInbox inbox, NodeLife life,
        TimeProvider time)
    {
        _core = core;
        _effects = effects;
        _peerOf = peerOf;
        _inbox = inbox;
        _time = time;
        _clock = new NodeClock(time);
        _running = RunAsync(life);
    }

    /// <summary>Reads the core between two inputs.</summary>
    /// <exception cref="FerryException">The node is stopping.</exception>
    public Task<T> QueryAsync<T>(Func<Engine, Instant, T> read, CancellationToken cancel) =>
        CallAsync((engine, now, _) => read(engine, now), cancel);

    /// <summary>
    /// Hands the core an input of this node's own (from its user, or a new link), and returns when it was handled, so
    /// that later calls see its effect. It overtakes inputs from links, so that a node under load still serves its
    /// user.
    /// </summary>
    /// <exception cref="FerryException">The node is stopping.</exception>
    public Task TellAsync(Input input, CancellationToken cancel) => CallAsync(
        (_, now, outbox) =>
        {
            _effects.Before(input);
            _core.Handle(now, input, outbox);
            return true;
        },
        cancel);

    /// <summary>Stops after the input that is being handled; waiting inputs are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private Task<T> CallAsync<T>(Func<Engine, Instant, Outbox, T> act, CancellationToken cancel)
    {
        var call = new LoopCall<T>(act);
        if (!_inbox.TryPostCall(call)) call.Abandon();
        return call.Result.WaitAsync(cancel);
    }

    private async Task RunAsync(NodeLife life)
    {
        await life.RunAsync("the loop", DriveAsync, _stop.Token);
        // Only now: whoever waits for an answer hears that the node is stopping, which must not pass for the reason.
        _inbox.Close();
    }

    private async Task DriveAsync(CancellationToken stop)
    {
        using var alarm = _time.CreateTimer(
            static inbox => ((LoopInbox)inbox!).Signal(), _inbox, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _core.Start(_clock.Now, _outbox);
        CarryOut();
        while (!stop.IsCancellationRequested)
        {
            var more = HandleBatch();
            HandleDeadline();
            if (more) continue;
            SetAlarm(alarm);
            await _inbox.WaitAsync(stop);
        }
    }

    /// <summary>True when there may be more to take.</summary>
    private bool HandleBatch()
    {
        // The clock is read before a call is taken: should it throw, the call is still in the inbox, which abandons it.
        for (var now = _clock.Now; _inbox.TryTakeCall(out var call); now = _clock.Now)
        {
            call!.Run(_core.Engine, now, _outbox);
            CarryOut();
        }
        for (var taken = 0; taken < BatchMax; taken++)
        {
            if (!_inbox.TryTakeInput(out var input)) return false;
            Handle(_clock.Now, input!);
        }
        return true;
    }

    private void HandleDeadline()
    {
        var now = _clock.Now;
        if (_core.Engine.NextDeadline <= now) Handle(now, new Input.Tick());
    }

    private void Handle(Instant now, Input input)
    {
        _effects.Before(input);
        try
        {
            _core.Handle(now, input, _outbox);
        }
        catch (Exception e) when (input is Input.Received { Link: var link } && _peerOf(link) is { } neighbour)
        {
            throw new NeighbourFaultException(neighbour, e);
        }
        CarryOut();
    }

    private void CarryOut()
    {
        foreach (var effect in _outbox.Effects) _effects.CarryOut(effect);
        _outbox.Clear();
    }

    /// <summary>Rounded up to whole milliseconds, so that the alarm does not fire just before the deadline.</summary>
    private void SetAlarm(ITimer alarm)
    {
        var deadline = _core.Engine.NextDeadline;
        if (deadline == Instant.Never)
        {
            alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        var wait = Math.Clamp(Math.Ceiling((deadline - _clock.Now).TotalMilliseconds), 0, AlarmMillisecondsMax);
        alarm.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }
}
