using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>What a user wants: one content at one node. The user asks again when the node forgot.</summary>
internal sealed class Wish(SimContent content)
{
    public SimContent Content => content;
    public QueryId? Query { get; set; }
    public bool IsStarted { get; set; }
    public bool IsDone { get; set; }

    /// <summary>The user cancelled it, or the node gave it up: it is not asked for again.</summary>
    public bool IsLetGo { get; set; }

    /// <summary>The node said that nothing comes of it, as the user wished.</summary>
    public bool IsCancelled { get; set; }
    public bool IsSettled => IsDone || IsLetGo;

    /// <summary>Where the file is said to be.</summary>
    public string? Path { get; set; }

    /// <summary>Microseconds of the world: when the download began and when it was complete.</summary>
    public long StartedAt { get; set; }
    public long DoneAt { get; set; }
    public List<KnownHolder> Holders { get; } = [];

    /// <summary>A crash takes with it what the node only remembered.</summary>
    public void Forget()
    {
        (Query, IsStarted) = (null, false);
        Holders.Clear();
    }

    /// <summary>The file is gone, and the user wants it as before.</summary>
    public void Lose() => (IsDone, Path) = (false, null);
}
