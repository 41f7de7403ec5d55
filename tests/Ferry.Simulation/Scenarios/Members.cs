using Ferry.Simulation.Node;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Closed members of a network with a relay outside between them, which carries what it cannot read; one of the three
/// crashes, and members find each other again without a word in the open.
/// </summary>
internal static class Members
{
    private const byte Network = 7;

    public static void AcrossOutside(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Line(nodes, SingleCrash.Slow);
        foreach (var member in (SimNode[])[nodes[0], nodes[2], nodes[3]])
        {
            member.Network.Number = Network;
            member.Tune = options => options with { IsOpen = false };
        }
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[3], content);
        var victim = nodes[stage.Random.Next(nodes.Length)];
        stage.CrashAt(2 + 3 * stage.Random.NextDouble(), victim, powerCut: true, downFor: 1);
    }
}
