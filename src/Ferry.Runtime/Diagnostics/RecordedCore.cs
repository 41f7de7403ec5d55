using Ferry.Protocol;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Diagnostics;

/// <summary>
/// The core, and who looks on: no input is handled that is not recorded and counted. Who looks on sees inputs and
/// effects, which are all there is to see, and the core knows nothing of it.
/// </summary>
internal sealed class RecordedCore(
    Engine engine, NodeRecorder recorder, NodeMeter meter, TransferMonitor transfers, TimeProvider time)
{
    /// <summary>To be read; reading leaves no trace and has no effect.</summary>
    public Engine Engine => engine;

    /// <param name="outbox">Empty.</param>
    public void Start(Instant now, Outbox outbox) => Turn(now, null, outbox);

    /// <param name="outbox">Empty.</param>
    public void Handle(Instant now, Input input, Outbox outbox) => Turn(now, input, outbox);

    private void Turn(Instant now, Input? input, Outbox outbox)
    {
        long? started = meter.WantsTurns ? time.GetTimestamp() : null;
        recorder.Begin(now, input);
        try
        {
            if (input is null) engine.Start(now, outbox);
            else engine.Handle(now, input, outbox);
        }
        catch (Exception fault)
        {
            recorder.Fail(fault);
            throw;
        }
        recorder.End(outbox.Effects);
        Show(input, outbox.Effects);
        if (started is { } since) meter.OnTurn(time.GetElapsedTime(since));
    }

    private void Show(Input? input, IReadOnlyList<Effect> effects)
    {
        if (input is not null)
        {
            meter.Count(input);
            transfers.See(input);
        }
        for (var at = 0; at < effects.Count; at++)
        {
            meter.Count(effects[at]);
            transfers.See(effects[at]);
        }
    }
}
