using Ferry.Protocol.Hub;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>
/// The effects of one or more inputs, in order. The driver carries them out and clears it. A room that wants to reach
/// a node, not a neighbour, calls <see cref="Route"/>: <see cref="Router"/> finds the next hop and turns the message
/// into an effect before the engine returns.
/// </summary>
public sealed class Outbox
{
    private readonly List<Effect> _effects = [];

    public IReadOnlyList<Effect> Effects => _effects;

    internal Queue<RoutedMessage> Routed { get; } = [];
    internal Queue<(RoutedMessage Message, NodeId? Except)> Floods { get; } = [];

    public void Add(Effect effect) => _effects.Add(effect);
    public void Send(LinkId link, Message message) => _effects.Add(new Effect.Send(link, message));
    public void Store(StorageRequest request) => _effects.Add(new Effect.Store(request));
    public void Tell(Notice notice) => _effects.Add(new Effect.Tell(notice));
    public void Clear() => _effects.Clear();

    /// <summary>
    /// Sends the message to the node in its envelope. Without a route it is dropped, and a Route Request goes out.
    /// </summary>
    internal void Route(RoutedMessage message) => Routed.Enqueue(message);

    /// <summary>Sends the message to every neighbour but the one it came from.</summary>
    internal void Flood(RoutedMessage message, NodeId? except) => Floods.Enqueue((message, except));
}
