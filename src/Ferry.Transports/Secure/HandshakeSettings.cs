using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>What a node brings to each handshake.</summary>
/// <param name="Self">This node's key.</param>
/// <param name="JoinFor">
/// Makes the Join for a peer whose key is proven. Its Node and FrameBytesMax are put in by the handshake, and its
/// nickname is told only when the link is wanted.
/// </param>
/// <param name="Admit">Decides on a peer whose key is proven and whose Join is valid.</param>
public sealed record HandshakeSettings(
    Identity Self, Func<NodeId, Join> JoinFor, Func<Applicant, AdmissionResult> Admit, TimeProvider Time)
{
    /// <summary>Bounds a whole handshake, and so a listener's memory. A bad radio link needs two seconds.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(15);

    internal RekeyPolicy Rekey { get; init; } = RekeyPolicy.Standard;
}

/// <summary>Who wants a link.</summary>
/// <param name="Node">Proven.</param>
/// <param name="Nickname">Empty as long as the other has not said it: a listener says it last.</param>
/// <param name="Address">Where it is.</param>
public sealed record Applicant(NodeId Node, string Nickname, string Address);

/// <summary>Whether a node is admitted.</summary>
public abstract record AdmissionResult
{
    private AdmissionResult() { }

    public sealed record Admitted : AdmissionResult;

    /// <param name="Text">A sentence for the other node's user: what to do to be admitted.</param>
    public sealed record Refused(string Text, RejectReason Reason = RejectReason.NotAdmitted) : AdmissionResult;
}
