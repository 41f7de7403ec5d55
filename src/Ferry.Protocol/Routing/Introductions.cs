using Ferry.Protocol.Values;

namespace Ferry.Protocol.Routing;

// A neighbour can speak of any number of nodes that there are not. So when the table is full, room is made by the
// neighbour that introduced most of what is in it: of its nodes the one goes to which no message was sent for longest.
// One that invents nodes so pushes out its own, and those that messages go to stay. A neighbour's own destination, and
// the ends of this node's transfers, are kept whatever happens.

/// <summary>Who introduced a destination, and when it was last used: who makes room in a full table.</summary>
internal sealed class Introductions(IEqualityComparer<NodeId> ids, Predicate<NodeId> isKept)
{
    /// <summary>Destinations that are kept, looked at before it is given up to find another.</summary>
    private const int LookedAtMax = 4;

    private readonly Dictionary<NodeId, LinkedList<Destination>> _by = new(ids);
    private readonly SortedSet<(int Count, NodeId Introducer)> _bySize = [];

    public void Add(Destination destination)
    {
        if (!_by.TryGetValue(destination.Introducer, out var those)) _by.Add(destination.Introducer, those = new());
        those.AddLast(destination.Place);
        Resize(destination.Introducer, those.Count - 1, those.Count);
    }

    /// <summary>A message was sent there.</summary>
    public static void OnUsed(Destination destination)
    {
        if (destination.Place.List is not { } those || those.Last == destination.Place) return;
        those.Remove(destination.Place);
        those.AddLast(destination.Place);
    }

    public void Remove(Destination destination)
    {
        var those = _by[destination.Introducer];
        those.Remove(destination.Place);
        Resize(destination.Introducer, those.Count + 1, those.Count);
        if (those.Count == 0) _by.Remove(destination.Introducer);
    }

    /// <summary>Whom to forget for another; null when all that were looked at are kept.</summary>
    public Destination? LeastUsedOfMost()
    {
        if (_by.Count == 0) return null;
        var most = _by[_bySize.Max.Introducer];
        for (var looked = 0; looked < LookedAtMax && most.First is { Value: var oldest }; looked++)
        {
            if (!isKept(oldest.Node)) return oldest;
            OnUsed(oldest);
        }
        return null;
    }

    private void Resize(NodeId introducer, int from, int to)
    {
        _bySize.Remove((from, introducer));
        if (to > 0) _bySize.Add((to, introducer));
    }
}
