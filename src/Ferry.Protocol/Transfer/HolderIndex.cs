using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>Which downloads know a node as a holder: a route to it that comes or goes concerns only those.</summary>
internal sealed class HolderIndex(KeyedIds ids)
{
    private readonly Dictionary<NodeId, SortedSet<ContentId>> _contents = new(ids);

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<ContentId> Of(NodeId holder) =>
        _contents.TryGetValue(holder, out var contents) ? [.. contents] : [];

    public bool Knows(NodeId holder) => _contents.ContainsKey(holder);

    public void Add(NodeId holder, ContentId content)
    {
        if (!_contents.TryGetValue(holder, out var contents)) _contents.Add(holder, contents = []);
        contents.Add(content);
    }

    public void Remove(NodeId holder, ContentId content)
    {
        if (!_contents.TryGetValue(holder, out var contents)) return;
        contents.Remove(content);
        if (contents.Count == 0) _contents.Remove(holder);
    }
}
