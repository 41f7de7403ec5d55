using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// A query crosses a link at most once each way, and again only with more hops left than before: otherwise floods would
/// feed on themselves.
/// </summary>
internal sealed class FloodsCrossOnce : Checker
{
    private readonly Dictionary<(LinkEnd, QueryId), byte> _hopLimits = [];

    public override void Queued(LinkEnd end, Message message)
    {
        var query = message switch
        {
            FileSearch search => search.Query,
            RouteRequest request => request.Query,
            _ => (QueryId?)null,
        };
        // A liar makes up floods, and passes on what comes back of them.
        if (query is not { } id || end.Node.Liar is not null) return;
        var hopLimit = ((RoutedMessage)message).Envelope.HopLimit;
        if (_hopLimits.TryGetValue((end, id), out var before) && hopLimit <= before)
            throw new SimFailure(
                $"floods: {end.Node.Name} sends query {id} again over {end.Link}: {hopLimit} hops left after {before}");
        _hopLimits[(end, id)] = hopLimit;
    }
}
