using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links.Pump;

/// <summary>
/// Moves messages between one link and the node's loop: one task reads, one writes. A received message waits until the
/// loop takes it, which slows the neighbour down (back-pressure); outgoing messages are queued here, bounded, and a
/// neighbour that takes none of them loses its link. It runs from its construction on; at its end there is exactly one
/// <see cref="Input.LinkDown"/>, and nothing of this link after it.
/// </summary>
internal sealed class LinkPump : IAsyncDisposable
{
    private readonly LinkId _id;
    private readonly SecureLink _link;
    private readonly ChannelWriter<Input> _inputs;
    private readonly ILogger _logger;
    private readonly PumpState _state;

    /// <summary>Call it when the node's loop is about to learn of the link.</summary>
    public LinkPump(
        LinkId id, SecureLink link, LinkGround ground, ChannelWriter<Input> inputs, TimeProvider time, ILogger logger)
    {
        (_id, _link, _inputs, _logger) = (id, link, inputs, logger);
        _state = new PumpState(
            time, ground.Self, ground.PassedOn, ground.Limits.Of(link.Peer, link.Traits.Transport));
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Completes after the LinkDown was posted; faults only by a bug.</summary>
    public Task Completion { get; }

    /// <summary>A message without a body. Never waits.</summary>
    public void Send(Message message) => _state.Send(message);

    /// <summary>
    /// Takes the body over. Never waits; <see cref="Input.BulkSent"/> tells when it has left, or was dropped.
    /// </summary>
    /// <param name="from">The neighbour that it came from; none for a piece of this node.</param>
    public void SendBody(NodeId from, FileTransfer head, Payload body) => _state.Send(from, head, body);

    /// <summary>
    /// Sends what is queued, then a <see cref="Leave"/>, then closes; all that within
    /// <see cref="LinkState.EndTimeLimit"/>.
    /// </summary>
    public void CloseAfterFlush(LeaveReason reason, string text) => _state.Close(reason, text);

    /// <summary>Closes at once if the link is still up, and waits for the end.</summary>
    public async ValueTask DisposeAsync()
    {
        _state.End("this node closed the link");
        await Completion;
        _state.Dispose();
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
            _state.End("the link's pump failed");
            await _link.DisposeAsync();
            _state.Clear();
            var down = (LinkState.Down)_state.Link;
            LinkLog.Down(_logger, _id, _link.Peer.Short, down.Reason);
            await PostAsync(new Input.LinkDown(_id, down.Reason), CancellationToken.None);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (_state.Link is not LinkState.Down) await ReadOneAsync();
        }
        catch (OperationCanceledException)
        {
            // Told to stop, or the time to end is over. Where no reason was given with it, writing failed.
            _state.End("the connection was lost");
        }
        finally
        {
            _state.End("reading failed");
        }
    }

    private async Task ReadOneAsync()
    {
        var received = await _link.ReceiveAsync(_state.Stopped);
        if (received.Close is { } close)
        {
            if (close.Reason == LinkCloseReason.ProtocolError) await RefuseAsync(close.Text);
            _state.End(close.Text);
            return;
        }

        // A closing link still reads: unread bytes would reset the connection and cut off our Leave.
        if (_state.Link.IsReceiving) await PostAsync(new Input.Received(_id, received.Message!, received.Body));
        else received.Body?.Dispose();
        if (received.Message is Leave leave) _state.End($"the neighbour left ({leave.Reason})");
    }

    /// <summary>The neighbour gets a Leave with the reason; what it still sends is dropped unread.</summary>
    private async Task RefuseAsync(string text)
    {
        _state.Refuse(text);
        await _link.DiscardAsync(_state.Stopped);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await TakeStepAsync(_state.Next(_link.Backlog, _link.BulkPending)))
            {
                // One step after the other.
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; the reason was given with it.
        }
        catch
        {
            _state.End("writing failed");
            throw;
        }
    }

    /// <summary>
    /// False when nothing more is to be written: then the reading task finds the link's end, and reports it.
    /// </summary>
    private async ValueTask<bool> TakeStepAsync(SendStep step)
    {
        switch (step)
        {
            case SendStep.Write write:
                return WasWritten(await _link.WriteAsync(write.Message, _state.Stopped));
            case SendStep.StartBulk start:
                _link.StartBulk(start.Head, (PooledBody)start.Body);
                return true;
            case SendStep.ContinueBulk frame:
                return WasWritten(await _link.ContinueBulkAsync(frame.BytesMax, _state.Stopped));
            case SendStep.Pause pause:
                await _state.WhenChangedAsync(pause.Limit);
                return true;
            case SendStep.TellSent sent:
                await PostAsync(new Input.BulkSent(_id, sent.BodyBytes));
                return true;
            case SendStep.TellRate rate:
                await PostAsync(new Input.LinkMeasured(_id, rate.BytesPerSecond));
                return true;
            case SendStep.Idle:
                await _state.WhenChangedAsync();
                return true;
            case SendStep.Finish last:
                WasWritten(await _link.WriteAsync(new Leave(last.Leave), _state.Stopped));
                return false;
            default:
                throw new InvalidOperationException($"no way to take the step {step.GetType().Name}");
        }
    }

    /// <param name="bytes">Null when the connection is lost.</param>
    private bool WasWritten(int? bytes)
    {
        if (bytes is { } written) _state.Wrote(written);
        else _state.LoseWriting();
        return bytes is not null;
    }

    private ValueTask PostAsync(Input input) => PostAsync(input, _state.Stopped);

    /// <summary>A stopping node takes no more inputs: the body is disposed here then.</summary>
    private async ValueTask PostAsync(Input input, CancellationToken cancel)
    {
        var isPosted = false;
        try
        {
            while (!isPosted && await _inputs.WaitToWriteAsync(cancel)) isPosted = _inputs.TryWrite(input);
        }
        finally
        {
            if (!isPosted) (input as Input.Received)?.Body?.Dispose();
        }
    }
}
