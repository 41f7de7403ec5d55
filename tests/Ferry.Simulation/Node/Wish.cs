using Ferry.Protocol;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>What a user wants: one content at one node. The user asks again when the node forgot.</summary>
internal sealed class Wish(SimContent content)
{
    public SimContent Content => content;
    public QueryId? Query { get; set; }
    public bool IsStarted { get; set; }
    public bool IsDone { get; set; }

    /// <summary>Where the file is said to be.</summary>
    public string? Path { get; set; }
    public List<KnownHolder> Holders { get; } = [];

    /// <summary>A crash takes with it what the node only remembered.</summary>
    public void Forget()
    {
        (Query, IsStarted) = (null, false);
        Holders.Clear();
    }
}
