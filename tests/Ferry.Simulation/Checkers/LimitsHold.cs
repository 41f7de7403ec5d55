using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// What a node with a limit asks holders for is at most what the limit allows: its rate since it holds, a burst, and
/// the chunk by which it may be exceeded.
/// </summary>
internal sealed class LimitsHold(SimWorld world) : Checker
{
    private const double BurstSeconds = 0.25;

    private readonly Dictionary<int, (long Rate, long Since, long Asked)> _limits = [];

    /// <summary>It holds from now on.</summary>
    public void Limit(SimNode node, long rate) => _limits[node.Index] = (rate, world.Now, 0);

    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        if (!_limits.TryGetValue(node.Index, out var limit)) return;
        foreach (var effect in effects)
        {
            if (effect is not Effect.Send { Message: TransferRequest { Again: false } request }
                || request.Envelope.Source != node.Id) continue;
            var layout = world.Contents[request.Content].Manifest.Layout;
            foreach (var range in request.Wanted)
                for (var chunk = range.First; chunk < range.End; chunk++) limit.Asked += layout.LengthOf(chunk);
            var allowed = limit.Rate * ((world.Now - limit.Since) / 1e6 + BurstSeconds) + layout.ChunkBytes;
            if (limit.Asked > allowed)
            {
                throw new SimFailure(
                    $"limits: {node.Name} asked for {limit.Asked} bytes, and {allowed:0} were allowed");
            }
        }
        _limits[node.Index] = limit;
    }
}
