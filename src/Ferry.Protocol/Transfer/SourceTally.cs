using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>What a holder has given to a download, over all its sessions.</summary>
internal sealed class SourceTally(NodeId holder)
{
    public long Bytes { get; private set; }
    public int Hops { get; private set; }
    public string Transport { get; private set; } = "";

    public void OnReceived(int bytes, int hops, string transport)
    {
        Bytes += bytes;
        Hops = hops;
        Transport = transport;
    }

    public SourceStatus Status(Instant now, Lane? lane) =>
        new(holder, Hops, Transport, Bytes, lane?.RateAt(now) ?? 0, lane is { CanTakeChunks: true });
}
