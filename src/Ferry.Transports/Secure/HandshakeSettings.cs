using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>What a node brings to each handshake.</summary>
/// <param name="Self">This node's key.</param>
/// <param name="JoinFor">
/// Makes the Join for a peer whose key is proven. Its Node and FrameBytesMax are put in by the handshake.
/// </param>
/// <param name="Admit">Decides on a peer whose key is proven and whose Join is valid.</param>
public sealed record HandshakeSettings(
    Identity Self, Func<NodeId, Join> JoinFor, Func<Join, NodeId, AdmissionResult> Admit, TimeProvider Time)
{
    /// <summary>Bounds a whole handshake, and so a listener's memory. A bad radio link needs two seconds.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(15);

    internal RekeyPolicy Rekey { get; init; } = RekeyPolicy.Standard;
}

/// <summary>Whether a node is admitted.</summary>
public abstract record AdmissionResult
{
    private AdmissionResult() { }

    public sealed record Admitted : AdmissionResult;

    /// <param name="Text">A sentence for the other node's user: what to do to be admitted.</param>
    public sealed record Refused(string Text) : AdmissionResult;
}
