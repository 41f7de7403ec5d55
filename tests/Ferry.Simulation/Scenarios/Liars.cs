using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Scenarios;

/// <summary>Nodes that lie, on the only way between two others or beside it, until they fall silent.</summary>
internal static class Liars
{
    /// <summary>How much longer than alone on its wires a transfer may take that has an honest way.</summary>
    private const double TimesLonger = 8;

    /// <summary>
    /// When the liars are silent it takes so long until all is as it was without them: what they made a node remember
    /// of a way is forgotten 15 min after the last word about it.
    /// </summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(16);

    /// <summary>All that passes goes through the liar, which passes it on, and adds its own.</summary>
    public static void Relay(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, SingleCrash.Slow);
        Lies(stage, nodes[0], nodes[2], LiarWays.Words, nodes[1]);
    }

    /// <summary>Another way leads past the liar, and somebody restarts meanwhile.</summary>
    public static void Neighbour(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Ring(nodes, SingleCrash.Slow);
        Lies(stage, nodes[0], nodes[2], LiarWays.Words, nodes[1]);
        var victim = stage.Random.Next(2) == 0 ? nodes[0] : nodes[2];
        stage.CrashAt(2 + 3 * stage.Random.NextDouble(), victim, powerCut: true, downFor: 1);
    }

    /// <summary>
    /// Half of the nodes lie in every way, each linked to an end or to the relay of an honest line. While they do, a
    /// transfer on the line goes on; when they are silent, another one is as quick as if they had never been.
    /// </summary>
    public static void Half(Stage stage)
    {
        var nodes = stage.Nodes(6);
        var (honest, liars) = (nodes[..3], nodes[3..]);
        stage.Line(honest, SingleCrash.Slow);
        foreach (var liar in liars)
        {
            var first = stage.Random.Next(honest.Length);
            stage.World.AddWire(liar, honest[first], SingleCrash.Slow);
            stage.World.AddWire(liar, honest[(first + 1 + stage.Random.Next(2)) % honest.Length], SingleCrash.Slow);
        }
        var later = stage.Share(20 * Stage.Chunk, honest[2]);
        var silent = Lies(stage, honest[0], honest[2], LiarWays.All, liars);
        if (stage.Random.Next(3) == 0)
        {
            // It does not read, for less time than a link may be silent.
            var wire = stage.World.Wires[2 + stage.Random.Next(2 * liars.Length)];
            stage.StallAt(3 + 5 * stage.Random.NextDouble(), wire, stalledFor: 2 + 8 * stage.Random.NextDouble());
        }
        var calm = (silent + Recovery).TotalSeconds;
        stage.WantAt(calm, honest[0], later);
        var seconds = later.Bytes.Length / (double)SingleCrash.Slow.Rate;
        stage.At(calm + 10 + 2 * seconds, () => Assert(honest[0], later, "after the liars"));
    }

    /// <summary>The requester wants something while they lie, as long as that may take.</summary>
    private static TimeSpan Lies(
        Stage stage, SimNode holder, SimNode requester, LiarWays most, params SimNode[] liars)
    {
        var content = stage.Share(40 * Stage.Chunk, holder);
        stage.BootAll();
        stage.WantAt(1, requester, content);
        // Without anything durable a download may end: nothing is lost.
        stage.World.MayFail = true;
        var silent = TimeSpan.FromSeconds(5 + 15 * stage.Random.NextDouble());
        if (most == LiarWays.All)
        {
            silent = TimeSpan.FromSeconds(10 + TimesLonger * content.Bytes.Length / SingleCrash.Slow.Rate);
            stage.At(silent.TotalSeconds, () => Assert(requester, content, "among liars"));
            stage.World.RoutesAreForgedUntil = (silent + Recovery).Ticks / TimeSpan.TicksPerMicrosecond;
        }
        foreach (var liar in liars)
        {
            var ways = most == LiarWays.All ? (LiarWays)(1 + stage.Random.Next((int)LiarWays.All)) : most;
            liar.Liar = new Liar(stage.World, liar, ways);
            stage.At(1, () => liar.Liar.LieUntil(silent));
        }
        stage.At(silent.TotalSeconds, () => { });
        return silent;
    }

    private static void Assert(SimNode requester, SimContent content, string when)
    {
        var wish = requester.User.Wishes.First(wish => wish.Content == content);
        if (!wish.IsDone)
            throw new SimFailure($"pace: {when} {requester.Name} still waits for {content.Name}");
    }
}
