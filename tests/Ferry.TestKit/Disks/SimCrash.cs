namespace Ferry.TestKit.Disks;

/// <summary>
/// The power is gone: unwinds everything of a node that is on the stack. Nobody but the node may catch it.
/// </summary>
internal sealed class SimCrash : Exception
{
    public SimCrash(string node, long operation) : base($"{node}: power cut at disk operation {operation}") { }
}
