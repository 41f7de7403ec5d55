using Ferry.Protocol.Wire;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>What a liar does with what it should pass on for others.</summary>
internal static class LiarRelay
{
    private const int OneIn = 8;
    private const long DelayMax = 4_000_000;

    /// <summary>
    /// Whether the message, which is for somebody else, does not reach the node now; perhaps <paramref name="later"/>.
    /// </summary>
    public static bool Withholds(SimNode node, Message message, Action later)
    {
        if (node.Liar?.Does(LiarWays.Passing) != true || message is not RoutedMessage { Envelope: var envelope })
            return false;
        if (envelope.Destination == node.Id || node.World.Random.Next(OneIn) > 0) return false;
        var isDropped = node.World.Random.Next(2) == 0;
        node.World.Reached.Note(isDropped ? Rare.DroppedByLiar : Rare.DelayedByLiar);
        if (!isDropped) node.World.After(node.World.Chance(DelayMax), later);
        return true;
    }

    /// <summary>
    /// The body as it leaves the node. Of another's a bit is changed, in its tag: here that stands for any bit of it.
    /// </summary>
    public static byte[] BodyOf(SimNode node, FileTransfer head, byte[] bytes)
    {
        if (node.Liar?.Does(LiarWays.Bodies) != true || head.Envelope.Source == node.Id) return bytes;
        if (node.World.Random.Next(OneIn) > 0) return bytes;
        node.World.Reached.Note(Rare.FlippedBody);
        var changed = (byte[])bytes.Clone();
        changed[^1] ^= 1;
        return changed;
    }
}
