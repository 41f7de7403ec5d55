using Ferry.Protocol.Values;

namespace Ferry.Protocol.Neighbours;

// Where one bucket held all floods of a neighbour, 50 a second from anywhere kept out all that came behind. So what a
// neighbour itself starts has tokens of its own, and so has each source of what it passes on. Sources can be made up:
// those that are not known yet share one bucket, and become known no faster than it fills. A node passes on no more
// than that (SeenFloods.PassedOn), so that an honest one never has a flood dropped for those of others.

/// <summary>How many floods of one kind a neighbour may start or pass on.</summary>
internal sealed class FloodBudget(IEqualityComparer<NodeId> ids)
{
    public static readonly BucketSize OfNeighbour = new(Burst: 200, PerSecond: 50);
    public static readonly BucketSize PassedOn = new(Burst: 400, PerSecond: 80);
    public static readonly BucketSize OfSource = new(Burst: 100, PerSecond: 20);
    public static readonly BucketSize OfStrangers = new(Burst: 320, PerSecond: 64);

    private readonly TokenBucket _own = new(OfNeighbour);
    private readonly TokenBucket _strangers = new(OfStrangers);
    private readonly SharedBucket<NodeId> _passedOn = new(ids, PassedOn, OfSource);

    public bool TryTakeOwn(Instant now) => _own.TryTake(now);

    /// <param name="isKnown">The source was heard of before this flood.</param>
    public bool TryTake(Instant now, NodeId source, bool isKnown) =>
        (isKnown || _strangers.TryTake(now)) && _passedOn.TryTake(now, source);
}
