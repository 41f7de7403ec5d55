using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// The body that comes with an input leaves in exactly one of its effects (see <see cref="Payload"/>), and at rest no
/// body is alive. That none is disposed twice or read afterwards is checked by the payload itself.
/// </summary>
internal sealed class PayloadsHaveOneOwner(SimWorld world) : Checker
{
    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        if (input is not Input.Received { Body: { } body }) return;
        var owners = effects.Count(effect => effect switch
        {
            Effect.Forward forward => forward.Body == body,
            Effect.Drop drop => drop.Body == body,
            Effect.Store { Request: StorageRequest.PersistPiece persist } => persist.Body == body,
            _ => false,
        });
        if (owners != 1) throw new SimFailure($"payload ownership: {node.Name} hands a body to {owners} effects");
    }

    public override void AtRest()
    {
        foreach (var node in world.Nodes)
            if (node.Payloads.Alive > 0)
                throw new SimFailure($"payload ownership: {node.Payloads.Alive} bodies are left at {node.Name}");
    }
}
