using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links.Pump;

/// <summary>
/// Moves messages between one link and the node's loop: one task reads, one writes. A received message waits until the
/// loop takes it, which slows the neighbour down (back-pressure); outgoing messages are queued here, bounded, and a
/// neighbour that does not take them loses its link. After <see cref="Start"/> there is exactly one
/// <see cref="Input.LinkDown"/>, and nothing of this link after it. Of several reasons to end, the first is told.
/// </summary>
internal sealed class LinkPump : IAsyncDisposable
{
    /// <summary>For what is queued, the Leave and the neighbour's closing, all together.</summary>
    public static readonly TimeSpan CloseTimeLimit = TimeSpan.FromSeconds(5);

    private readonly LinkId _id;
    private readonly SecureLink _link;
    private readonly ChannelWriter<Input> _inputs;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly PacedWriter _writer;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _work = new(0, 1);

    // Under the lock: called by the loop, by the reading and by the writing task.
    private readonly Lock _lock = new();
    private readonly OutgoingQueue _queue = new();
    private string? _reason;
    private LeaveReason? _leave;
    private bool _writingLost;
    private bool _ended;

    /// <summary>The writing task's pending wait for a message, kept when its time limit passes first.</summary>
    private Task? _working;
    private Task? _run;

    public LinkPump(LinkId id, SecureLink link, ChannelWriter<Input> inputs, TimeProvider time, ILogger logger)
    {
        _id = id;
        _link = link;
        _inputs = inputs;
        _logger = logger;
        _time = time;
        _writer = new PacedWriter(link, new NodeClock(time));
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>Completes after the LinkDown was posted; faults only by a bug.</summary>
    public Task Completion => _run ?? Task.CompletedTask;

    /// <summary>Call once, after the node's loop was told of the link.</summary>
    public void Start() => _run = Task.Run(RunAsync);

    /// <summary>A message without a body. Never waits.</summary>
    public void Send(Message message)
    {
        lock (_lock)
        {
            if (!Accepting) return;
            if (_queue.TryAdd(message))
            {
                Wake();
                return;
            }
        }

        End("The neighbour is too slow: it does not take our messages.");
    }

    /// <summary>Takes the body over. Never waits; <see cref="Input.BulkSent"/> tells when it has left.</summary>
    public void SendBody(FileTransfer head, Payload body)
    {
        bool accepting;
        lock (_lock)
        {
            accepting = Accepting;
            if (accepting && _queue.TryAdd(head, body))
            {
                Wake();
                return;
            }
        }

        body.Dispose();
        if (accepting) End("The neighbour is too slow: too many bytes wait for it.");
    }

    /// <summary>
    /// Sends what is queued, then a <see cref="Leave"/>, then closes; all that within <see cref="CloseTimeLimit"/>.
    /// </summary>
    public void CloseAfterFlush(LeaveReason reason, string text)
    {
        lock (_lock)
        {
            if (!Accepting) return;
            _reason ??= text;
            _leave = reason;
            _stop.CancelAfter(CloseTimeLimit);
            Wake();
        }
    }

    /// <summary>Closes at once if the link is still up, and waits for the end.</summary>
    public async ValueTask DisposeAsync()
    {
        End("This node closed the link.");
        if (_run is null) await _link.DisposeAsync();
        else await _run;
        _stop.Dispose();
        _work.Dispose();
    }

    private async Task RunAsync()
    {
        LinkLog.Up(_logger, _id, _link.Peer.Short, _link.Address);
        try
        {
            await Task.WhenAll(Task.Run(ReadAsync), Task.Run(WriteAsync));
        }
        finally
        {
            End("The link's pump failed.");
            await _link.DisposeAsync();
            lock (_lock) _queue.Clear();
            LinkLog.Down(_logger, _id, _link.Peer.Short, _reason!);
            await PostAsync(new Input.LinkDown(_id, _reason!), CancellationToken.None);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var received = await _link.ReceiveAsync(_stop.Token);
                if (received.Close is { } close)
                {
                    if (close.Reason == LinkCloseReason.ProtocolError) await RefuseAsync(close.Text);
                    else End(close.Text);
                    return;
                }

                await TakeAsync(received);
                if (received.Message is not Leave leave) continue;
                End($"The neighbour left ({leave.Reason}).");
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; if the reason was not given with it, the connection was lost in writing.
            End("The connection was lost.");
        }
        finally
        {
            End("Reading failed.");
        }
    }

    /// <summary>
    /// A closing link still reads, and drops what it reads: unread bytes would reset the connection and cut off our
    /// Leave.
    /// </summary>
    private async Task TakeAsync(LinkReceived received)
    {
        bool closing;
        lock (_lock) closing = _leave is not null;
        if (closing) received.Body?.Dispose();
        else await PostAsync(new Input.Received(_id, received.Message!, received.Body), _stop.Token);
    }

    /// <summary>A neighbour that breaks the protocol gets a Leave with the reason, and nothing of the queue.</summary>
    private async Task RefuseAsync(string text)
    {
        lock (_lock)
        {
            _queue.Clear();
            _reason ??= text;
            _leave = LeaveReason.ProtocolError;
            if (!_ended) _stop.CancelAfter(CloseTimeLimit);
            Wake();
        }

        await _link.DiscardAsync(_stop.Token);
        End(text);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                if (TryTake(out var next))
                {
                    _writer.Busy();
                    if (!await WriteAsync(next))
                    {
                        LoseWriting();
                        return;
                    }

                    await ReportAsync();
                    continue;
                }

                _writer.Idle();
                await ReportAsync();
                if (LeaveToSend() is { } reason)
                {
                    // The reading task sees the neighbour close and ends the link.
                    if (!await _writer.WriteAsync(new Leave(reason), _stop.Token)) LoseWriting();
                    return;
                }

                await WorkAsync();
                _working = null;
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; the reason was given with it.
        }
        catch
        {
            End("Writing failed.");
            throw;
        }
    }

    /// <summary>False when the connection is lost.</summary>
    private async ValueTask<bool> WriteAsync(Outgoing next)
    {
        if (next.Body is not { } body) return await _writer.WriteAsync(next.Message, _stop.Token);
        var bytes = body.Length;
        _writer.StartBulk((FileTransfer)next.Message, (PooledBody)body);
        while (_writer.BulkPending)
        {
            while (TryTakeControl(out var control))
            {
                if (!await _writer.WriteAsync(control.Message, _stop.Token)) return false;
            }

            if (_writer.BulkWait() is { } wait) await WorkAsync(wait);
            else if (!await _writer.ContinueBulkAsync(_stop.Token)) return false;
        }

        await PostAsync(new Input.BulkSent(_id, bytes), _stop.Token);
        return true;
    }

    /// <summary>
    /// The neighbour may have sent a Leave before it closed: the reading task finds it, or the end, and reports that.
    /// </summary>
    private void LoseWriting()
    {
        lock (_lock)
        {
            _writingLost = true;
            if (!_ended) _stop.CancelAfter(CloseTimeLimit);
        }
    }

    private async ValueTask ReportAsync()
    {
        if (_writer.Report() is { } rate) await PostAsync(new Input.LinkMeasured(_id, rate), _stop.Token);
    }

    /// <summary>A stopping node takes no more inputs: the body is disposed here then.</summary>
    private async ValueTask PostAsync(Input input, CancellationToken cancel)
    {
        try
        {
            while (await _inputs.WaitToWriteAsync(cancel))
            {
                if (_inputs.TryWrite(input)) return;
            }
        }
        catch (OperationCanceledException)
        {
            (input as Input.Received)?.Body?.Dispose();
            throw;
        }

        (input as Input.Received)?.Body?.Dispose();
    }

    private bool TryTake(out Outgoing next)
    {
        lock (_lock) return _queue.TryTake(out next);
    }

    private bool TryTakeControl(out Outgoing next)
    {
        lock (_lock) return _queue.TryTakeControl(out next);
    }

    private LeaveReason? LeaveToSend()
    {
        lock (_lock) return _queue.Count == 0 ? _leave : null;
    }

    private bool Accepting => !_ended && !_writingLost && _leave is null;

    private void End(string reason)
    {
        lock (_lock)
        {
            if (_ended) return;
            _ended = true;
            _reason ??= reason;
        }

        _stop.Cancel();
    }

    /// <summary>Until something is queued, or the time is over. The writing task's.</summary>
    private async Task WorkAsync(TimeSpan limit)
    {
        await Task.WhenAny(WorkAsync(), Task.Delay(limit, _time, _stop.Token));
        if (_working!.IsCompleted) _working = null;
        _stop.Token.ThrowIfCancellationRequested();
    }

    private Task WorkAsync() => _working ??= _work.WaitAsync(_stop.Token);

    /// <summary>The semaphore is a flag: set once however often it is woken.</summary>
    private void Wake()
    {
        if (_work.CurrentCount == 0) _work.Release();
    }
}
