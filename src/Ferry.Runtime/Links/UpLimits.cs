using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Links;

/// <summary>What the user lets this node send over all its links. Each link's pump asks from its own task.</summary>
internal sealed class UpLimits
{
    private readonly Lock _gate = new();
    private readonly RateLimits _limits = new();

    public void Set(IReadOnlyList<RateRule> rules)
    {
        lock (_gate) _limits.Set(rules);
    }

    public ISendLimit Of(NodeId neighbour, string transport) => new OfLink(this, neighbour, transport);

    private sealed class OfLink(UpLimits all, NodeId neighbour, string transport) : ISendLimit
    {
        public int BytesAtOnce
        {
            get { lock (all._gate) return all._limits.BytesAtOnce(neighbour, transport); }
        }

        public TimeSpan? Wait(Instant now)
        {
            lock (all._gate) return all._limits.Wait(now, neighbour, transport);
        }

        public void OnSent(Instant now, int bytes)
        {
            lock (all._gate) all._limits.Take(now, neighbour, transport, bytes);
        }
    }
}
