namespace Ferry.Protocol.Values;

/// <summary>
/// The body of a File Transfer on its way through this node. The core passes it from an input to exactly one effect
/// (forward, persist or drop) and never looks inside; whoever carries out that effect disposes it.
/// </summary>
public abstract class Payload : IDisposable
{
    public abstract int Length { get; }
    public abstract void Dispose();
}
