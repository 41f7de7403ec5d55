using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Whatever passes, and whoever made it: no message has a node delete a chunk that is durable, and a holder's log entry
/// ends by a message only when the requester itself has said so.
/// </summary>
internal sealed class LastWordsAreMeant(SimWorld world) : Checker
{
    private readonly HashSet<(NodeId By, TransferId Transfer)> _said = [];
    private readonly HashSet<(int Node, ContentId Content)> _durable = [];

    public override void Queued(LinkEnd end, Message message)
    {
        if (message is not RoutedMessage routed || routed.Envelope.Source != end.Node.Id) return;
        var said = routed is Sealed ? end.Node.Network.Open(routed) : routed;
        if (said is Receipt receipt) _said.Add((end.Node.Id, receipt.Transfer));
        if (said is Refusal refusal) _said.Add((end.Node.Id, refusal.Transfer));
    }

    public override void BeforeInput(SimNode node, Input input)
    {
        if (input is not Input.Stored { Result: var result }) return;
        if (result is StorageResult.ChunksDurable durable) _durable.Add((node.Index, durable.Content));
        if (result is StorageResult.DownloadFinished finished) _durable.Remove((node.Index, finished.Content));
        if (result is StorageResult.DownloadAbandoned gone) _durable.Remove((node.Index, gone.Content));
    }

    public override void Tampered(SimNode node) => _durable.RemoveWhere(entry => entry.Node == node.Index);

    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        if (input is not Input.Received { Message: RoutedMessage message }) return;
        foreach (var effect in effects.OfType<Effect.Store>())
        {
            if (effect.Request is StorageRequest.AbandonDownload abandon
                && _durable.Contains((node.Index, abandon.Content)))
                throw new SimFailure($"last words: {message.Type} has {node.Name} delete what is durable");
            if (effect.Request is StorageRequest.CloseUpload close
                && !_said.Contains((message.Envelope.Source, close.Transfer)))
                throw new SimFailure($"last words: {message.Type} that {NameOf(message)} never said ends an upload");
        }
    }

    private string NameOf(RoutedMessage message) =>
        world.Find(message.Envelope.Source)?.Name ?? message.Envelope.Source.Short;
}
