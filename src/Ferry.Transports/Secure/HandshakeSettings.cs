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
    public static readonly TimeSpan StandardTimeLimit = TimeSpan.FromSeconds(15);

    /// <summary>The secret of the ticket by which a dialer wants to be let in; mostly empty.</summary>
    public ReadOnlyMemory<byte> Ticket { get; init; }

    /// <summary>The secrets of the tickets that a listener has given out.</summary>
    public Func<IReadOnlyList<ReadOnlyMemory<byte>>> Tickets { get; init; } = () => [];

    /// <summary>What the passphrase of this node's network has become; null when it has none.</summary>
    public PassphraseKey? Passphrase { get; init; }

    /// <summary>Slows down who guesses a listener's passphrase.</summary>
    public GuessLimit? Guesses { get; init; }

    /// <summary>Bounds a whole handshake, and so a listener's memory. A bad radio link needs two seconds.</summary>
    public TimeSpan TimeLimit { get; init; } = StandardTimeLimit;

    internal RekeyPolicy Rekey { get; init; } = RekeyPolicy.Standard;
}

/// <summary>Who wants a link.</summary>
/// <param name="Node">Proven.</param>
/// <param name="Nickname">Empty as long as the other has not said it: a listener says it last.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Proof">
/// What it has proven; of a listener, what it has to prove for the handshake to succeed.
/// </param>
/// <param name="Ticket">The secret that it has proven, if that is what it has.</param>
public sealed record Applicant(
    NodeId Node, string Nickname, string Address, ProofKind Proof = ProofKind.None,
    ReadOnlyMemory<byte> Ticket = default);

/// <summary>Whether a node is admitted.</summary>
public abstract record AdmissionResult
{
    private AdmissionResult() { }

    public sealed record Admitted : AdmissionResult;

    /// <param name="Text">A sentence for the other node's user: what to do to be admitted.</param>
    /// <param name="Own">For this node's user, if there is more to say than that the other was not admitted.</param>
    public sealed record Refused(
        string Text, RejectReason Reason = RejectReason.NotAdmitted, string? Own = null) : AdmissionResult;
}
