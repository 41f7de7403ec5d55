using Ferry.Protocol;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Diagnostics;

/// <summary>The core with its flight recorder: no input is handled that is not recorded.</summary>
internal sealed class RecordedCore(Engine engine, NodeRecorder recorder)
{
    /// <summary>To be read; reading leaves no trace and has no effect.</summary>
    public Engine Engine => engine;

    /// <param name="outbox">Empty.</param>
    public void Start(Instant now, Outbox outbox)
    {
        recorder.Begin(now, null);
        try
        {
            engine.Start(now, outbox);
        }
        catch (Exception fault)
        {
            recorder.Fail(fault);
            throw;
        }
        recorder.End(outbox.Effects);
    }

    /// <param name="outbox">Empty.</param>
    public void Handle(Instant now, Input input, Outbox outbox)
    {
        recorder.Begin(now, input);
        try
        {
            engine.Handle(now, input, outbox);
        }
        catch (Exception fault)
        {
            recorder.Fail(fault);
            throw;
        }
        recorder.End(outbox.Effects);
    }
}
