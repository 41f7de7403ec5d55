using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Nothing durable is asked for again: no request names a chunk that the asking node's core knows to be durable.
/// </summary>
internal sealed class DurableChunksAreNotAskedFor(SimWorld world, KnownDurable known) : Checker
{
    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is not Effect.Send { Message: TransferRequest request }) continue;
            if (request.Envelope.Source != node.Id || known.Of(node, request.Content) is not { } durable) continue;
            foreach (var range in request.Wanted)
            {
                var chunk = durable.NextPresent(range.First);
                if (chunk >= range.End) continue;
                throw new SimFailure(
                    $"durable chunks: {node.Name} asks for chunk {chunk} of {world.Contents[request.Content].Name}, "
                    + "which it knows to be durable");
            }
        }
    }
}
