using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Who has one of a bounded number of places, and who makes room for others. Node ids are free to make and neighbours
/// are not, so places are counted by the neighbour over which they were asked for.
/// </summary>
internal sealed class FairPlaces<T>(KeyedIds ids) where T : class
{
    private readonly Dictionary<NodeId, LinkedList<T>> _byNeighbour = new(ids);
    private readonly Dictionary<T, (NodeId Via, LinkedListNode<T> Place)> _places =
        new(ReferenceEqualityComparer.Instance);

    public int Count => _places.Count;

    public void Add(NodeId via, T holder)
    {
        if (!_byNeighbour.TryGetValue(via, out var group)) _byNeighbour.Add(via, group = []);
        _places.Add(holder, (via, group.AddLast(holder)));
    }

    /// <summary>It has made use of its place.</summary>
    public void OnUsed(T holder)
    {
        if (!_places.TryGetValue(holder, out var place)) return;
        var group = _byNeighbour[place.Via];
        group.Remove(place.Place);
        group.AddLast(place.Place);
    }

    public void Remove(T holder)
    {
        if (!_places.Remove(holder, out var place)) return;
        var group = _byNeighbour[place.Via];
        group.Remove(place.Place);
        if (group.Count == 0) _byNeighbour.Remove(place.Via);
    }

    /// <summary>
    /// Who makes room for a newcomer over this neighbour: of the neighbour with the most places, the one that has not
    /// used its own for longest. When the newcomer's has the most itself, only one that is idle; else nobody.
    /// </summary>
    public T? WhoMakesRoom(NodeId via, Func<T, bool> isIdle)
    {
        var fullest = _byNeighbour.Values.MaxBy(group => group.Count);
        if (fullest?.First is not { Value: var longest }) return null;
        var own = _byNeighbour.TryGetValue(via, out var group) ? group.Count : 0;
        return own + 1 < fullest.Count || isIdle(longest) ? longest : null;
    }
}
