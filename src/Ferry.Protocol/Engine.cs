#pragma warning disable MA0025 // Skeleton: filled in next.
using Ferry.Protocol.Session;

namespace Ferry.Protocol;

/// <summary>The hub of the core: a function of (state, now, input) into effects.</summary>
public sealed class Engine
{
    public Engine(EngineOptions options, ISealKeyRing seals, RecoveredState recovered) => throw new NotImplementedException();

    /// <summary>The moment at which the driver must hand in <see cref="Input.Tick"/>, if no other input comes before.</summary>
    public Instant NextDeadline => throw new NotImplementedException();

    /// <summary>Call once, before any input.</summary>
    public void Start(Instant now, Outbox outbox) => throw new NotImplementedException();
    public void Handle(Instant now, Input input, Outbox outbox) => throw new NotImplementedException();

    public IReadOnlyList<NeighbourStatus> Neighbours(Instant now) => throw new NotImplementedException();
    public IReadOnlyList<RouteStatus> Routes(Instant now) => throw new NotImplementedException();
    public IReadOnlyList<DownloadStatus> Downloads(Instant now) => throw new NotImplementedException();
    public IReadOnlyList<UploadStatus> Uploads(Instant now) => throw new NotImplementedException();
}
