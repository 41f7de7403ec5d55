using Ferry.Protocol.Values;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// The allowances of neighbours, and of those that were linked last: whoever links again finds its buckets as it left
/// them. A node id is free to make, but each costs a handshake and a place among the links.
/// </summary>
internal sealed class AllowanceBook(IEqualityComparer<NodeId> ids)
{
    public const int NodesMax = 1024;

    private readonly Dictionary<NodeId, (Allowance Allowance, LinkedListNode<NodeId> Age)> _known = new(ids);
    private readonly TokenBucket _keys = new(Allowance.KeysOfAll);
    private readonly LinkedList<NodeId> _oldestFirst = new();

    public int Count => _known.Count;

    public Allowance Of(NodeId node)
    {
        if (_known.TryGetValue(node, out var known))
        {
            _oldestFirst.Remove(known.Age);
            _oldestFirst.AddLast(known.Age);
            return known.Allowance;
        }
        if (_known.Count >= NodesMax)
        {
            _known.Remove(_oldestFirst.First!.Value);
            _oldestFirst.RemoveFirst();
        }
        var allowance = new Allowance(node, ids, _keys);
        _known.Add(node, (allowance, _oldestFirst.AddLast(node)));
        return allowance;
    }
}
