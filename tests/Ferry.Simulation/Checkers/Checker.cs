using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Holds the program to one promise. It sees everything and changes nothing; what it finds it throws.
/// </summary>
internal abstract class Checker
{
    public virtual void AfterStep() { }
    public virtual void BeforeInput(SimNode node, Input input) { }
    public virtual void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects) { }

    /// <summary>A message was put into the queue of a link.</summary>
    public virtual void Queued(LinkEnd end, Message message) { }

    /// <summary>A message has arrived at this end.</summary>
    public virtual void Crossed(LinkEnd end, Message message) { }

    /// <summary>A holder has sealed a piece for a link.</summary>
    public virtual void Sealed(SimNode node, LinkId link, FileTransfer head) { }

    /// <summary>A file is visible under a path from now on.</summary>
    public virtual void Appeared(SimNode node, string path) { }

    /// <summary>Bytes were written to a file.</summary>
    public virtual void Written(SimNode node, string path) { }
    public virtual void Told(SimNode node, Notice notice) { }

    /// <summary>A node is about to lose its memory.</summary>
    public virtual void Dying(SimNode node) { }

    /// <summary>A node lost its memory, and what a power cut took from its disk.</summary>
    public virtual void Died(SimNode node) { }

    /// <summary>A node's disk was changed while the node was down.</summary>
    public virtual void Tampered(SimNode node) { }

    /// <summary>A node has read its log.</summary>
    public virtual void Recovered(SimNode node, ContentStore store) { }

    /// <summary>The faults are over, all is fetched, and nothing is on its way.</summary>
    public virtual void AtRest() { }
}
