using Ferry.Protocol.Values;

namespace Ferry.Simulation.Network;

/// <param name="Rate">Bytes per second each way.</param>
/// <param name="Latency">Microseconds one way.</param>
/// <param name="Jitter">Up to so many more, chosen for each message; the order is kept.</param>
internal sealed record WireTraits(string Transport, long Rate, long Latency, long Jitter, int FrameBytesMax)
{
    public static readonly WireTraits Wifi = new("tcp", 2_000_000, 2_000, 1_000, 256 * 1024);
    public static readonly WireTraits FastWifi = new("tcp", 20_000_000, 1_000, 500, 256 * 1024);
    public static readonly WireTraits Bluetooth = new("bluetooth", 120_000, 25_000, 10_000, 1024)
    {
        SendBufferBytes = 16 * 1024,
        TellsBacklog = false,
    };

    /// <summary>What the transport calls typical; null when that is true.</summary>
    public long? PromisedRate { get; init; }

    /// <summary>What the system takes without having sent it.</summary>
    public int SendBufferBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The system says what it has not delivered, as Linux does of TCP and not of Bluetooth.</summary>
    public bool TellsBacklog { get; init; } = true;
    public int SegmentBytes => 1448;
    public TimeSpan MeanJitter => TimeSpan.FromMicroseconds(Jitter / 2);

    public LinkTraits ToLinkTraits() =>
        new(Transport, FrameBytesMax, PromisedRate ?? Rate, TimeSpan.FromMicroseconds(Latency));
}
