using Ferry.Simulation.Network;
using Ferry.Simulation.Node;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// One holder, one requester, one crash at a moment of the seed's choice while bytes flow: what is sent again stays
/// within a window.
/// </summary>
internal static class SingleCrash
{
    /// <summary>A window, three seconds of it, is an eighth of the content.</summary>
    public static readonly WireTraits Slow = WireTraits.Wifi with { Rate = 160_000 };

    public static void OfHolder(Stage stage) => Crash(stage, nodes => nodes[0]);

    public static void OfRequester(Stage stage) => Crash(stage, nodes => nodes[2]);

    public static void OfRelay(Stage stage) => Crash(stage, nodes => nodes[1]);

    /// <summary>The relay on the short way goes; a longer way is there.</summary>
    public static void OfRelayWithDetour(Stage stage)
    {
        var nodes = stage.Nodes(5);
        stage.Line(nodes[..3], Slow);
        stage.Line([nodes[0], nodes[3], nodes[4], nodes[2]], Slow);
        Transfer(stage, nodes, nodes[1]);
    }

    /// <summary>The same, and the relay never comes back: its work goes on elsewhere in less than 2 s.</summary>
    public static void RelayIsGone(Stage stage)
    {
        var nodes = stage.Nodes(5);
        stage.Line(nodes[..3], WireTraits.Wifi);
        stage.Line([nodes[0], nodes[3], nodes[4], nodes[2]], WireTraits.Wifi);
        var content = stage.Share(300 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        nodes[1].CrashesSilently = stage.Random.Next(2) == 0;
        stage.At(2.5 + 4 * stage.Random.NextDouble(), () =>
        {
            stage.World.Checks.Replacement.Arm(nodes[0], nodes[2]);
            nodes[1].Vanish();
        });
        stage.BoundResends(losses: 1);
    }

    /// <summary>While the holder is down the requester goes elsewhere: another neighbour leads to it now.</summary>
    public static void OfHolderAndRequesterMoves(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Line([nodes[0], nodes[1], nodes[3]], WireTraits.Wifi);
        stage.Line([nodes[0], nodes[2], nodes[3]], WireTraits.Wifi);
        var (before, after) = (stage.World.Wires[1], stage.World.Wires[3]);
        after.Cut(silent: false);
        var content = stage.Share(50 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[3], content);
        var at = 2.1 + 1.3 * stage.Random.NextDouble();
        stage.CrashAt(at, nodes[0], powerCut: true, downFor: 5 + 20 * stage.Random.NextDouble());
        stage.At(at + 1, () => before.Remove(silent: stage.Random.Next(2) == 0));
        stage.At(at + 2, after.Heal);
        stage.BoundResends(losses: 1);
    }

    private static void Crash(Stage stage, Func<SimNode[], SimNode> pick)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, Slow);
        Transfer(stage, nodes, pick(nodes));
    }

    private static void Transfer(Stage stage, SimNode[] nodes, SimNode victim)
    {
        const int Size = 60 * Stage.Chunk + 1;
        var content = stage.Share(Size, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.CrashAt(
            1 + (0.45 + 0.4 * stage.Random.NextDouble()) * Size / Slow.Rate, victim,
            powerCut: stage.Random.Next(4) > 0, downFor: 1 + 30 * stage.Random.NextDouble(),
            silent: stage.Random.Next(2) == 0);
        stage.BoundResends(losses: 1, mustBite: true);
    }
}
