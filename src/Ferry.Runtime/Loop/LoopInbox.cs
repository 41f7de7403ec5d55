using System.Threading.Channels;
using Ferry.Protocol;

namespace Ferry.Runtime.Loop;

/// <summary>
/// The inputs of the loop, from three sides: from links (bounded: a link that brings more than the loop takes has to
/// wait), results of our own workers (bounded by what was asked of them), and calls (bounded by their callers, who
/// wait). One signal stands for all of them and for the timer, so that the loop waits in one place.
/// </summary>
internal sealed class LoopInbox
{
    /// <summary>With a body of 256 KiB each that is 128 MiB, reached only when the loop is blocked.</summary>
    public const int InputsMax = 512;

    private readonly Channel<Input> _inputs = Channel.CreateBounded<Input>(
        new BoundedChannelOptions(InputsMax) { SingleReader = true });
    private readonly Channel<Input> _results = Channel.CreateUnbounded<Input>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<LoopCall> _calls = Channel.CreateUnbounded<LoopCall>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    public LoopInbox() => Inputs = new SignallingWriter(_inputs.Writer, this);

    /// <summary>For links.</summary>
    public ChannelWriter<Input> Inputs { get; }

    /// <summary>For our own workers: never waits. After the end it is dropped: the log has what was done.</summary>
    public void PostResult(Input result)
    {
        if (_results.Writer.TryWrite(result)) Signal();
    }

    /// <summary>False when the loop has ended.</summary>
    public bool TryPostCall(LoopCall call)
    {
        if (!_calls.Writer.TryWrite(call)) return false;
        Signal();
        return true;
    }

    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Returns when there may be something to take.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _signal.Reader.ReadAsync(cancel);

    public bool TryTakeCall(out LoopCall? call) => _calls.Reader.TryRead(out call);

    /// <summary>Results first: they free memory.</summary>
    public bool TryTakeInput(out Input? input) =>
        _results.Reader.TryRead(out input) || _inputs.Reader.TryRead(out input);

    /// <summary>Closes the inbox: fails waiting calls and disposes the bodies of waiting inputs.</summary>
    public void Close()
    {
        _inputs.Writer.TryComplete();
        _results.Writer.TryComplete();
        _calls.Writer.TryComplete();
        while (TryTakeInput(out var input)) (input as Input.Received)?.Body?.Dispose();
        while (TryTakeCall(out var call)) call!.Abandon();
    }

    private sealed class SignallingWriter(ChannelWriter<Input> inner, LoopInbox inbox) : ChannelWriter<Input>
    {
        public override bool TryWrite(Input item)
        {
            if (!inner.TryWrite(item)) return false;
            inbox.Signal();
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
            inner.WaitToWriteAsync(cancellationToken);
    }
}
