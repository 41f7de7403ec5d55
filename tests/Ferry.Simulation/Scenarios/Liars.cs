using Ferry.Simulation.Node;

namespace Ferry.Simulation.Scenarios;

/// <summary>A node that lies, on the only way between two others or beside it, until it falls silent.</summary>
internal static class Liars
{
    /// <summary>All that passes goes through the liar, which passes it on, and adds its own.</summary>
    public static void Relay(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, SingleCrash.Slow);
        Lies(stage, nodes[1], nodes[0], nodes[2]);
    }

    /// <summary>Another way leads past the liar, and somebody restarts meanwhile.</summary>
    public static void Neighbour(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Ring(nodes, SingleCrash.Slow);
        Lies(stage, nodes[1], nodes[0], nodes[2]);
        var victim = stage.Random.Next(2) == 0 ? nodes[0] : nodes[2];
        stage.CrashAt(2 + 3 * stage.Random.NextDouble(), victim, powerCut: true, downFor: 1);
    }

    private static void Lies(Stage stage, SimNode liar, SimNode holder, SimNode requester)
    {
        var content = stage.Share(40 * Stage.Chunk, holder);
        stage.BootAll();
        stage.WantAt(1, requester, content);
        // Without anything durable a download may end: nothing is lost.
        stage.World.MayFail = true;
        liar.Liar = new Liar(stage.World, liar);
        var silent = TimeSpan.FromSeconds(5 + 15 * stage.Random.NextDouble());
        stage.At(1, () => liar.Liar.LieUntil(silent));
        stage.At(silent.TotalSeconds, () => { });
    }
}
