using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>The effects of one or more inputs, in order. The driver carries them out and clears it.</summary>
public sealed class Outbox
{
    private readonly List<Effect> _effects = [];

    public IReadOnlyList<Effect> Effects => _effects;

    public void Add(Effect effect) => _effects.Add(effect);
    public void Send(LinkId link, Message message) => _effects.Add(new Effect.Send(link, message));
    public void Store(StorageRequest request) => _effects.Add(new Effect.Store(request));
    public void Tell(Notice notice) => _effects.Add(new Effect.Tell(notice));
    public void Clear() => _effects.Clear();
}
