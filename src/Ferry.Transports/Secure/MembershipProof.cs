using System.Security.Cryptography;

namespace Ferry.Transports.Secure;

/// <summary>What a node has proven in a handshake besides its key.</summary>
public enum ProofKind : byte
{
    None = 0,

    /// <summary>The secret of an invitation.</summary>
    Ticket = 1,

    /// <summary>The passphrase of the network.</summary>
    Passphrase = 2,
}

/// <summary>
/// One side's part of the proof of membership in one handshake: what it offers in its Hello, and the 32 bytes of its
/// Finish. The proof is bound to both keys and to all that both Hellos say, fresh random bytes among it, so it is of no
/// use in any other handshake; and to who dialled, so it cannot be sent back.
/// </summary>
internal sealed class MembershipProof
{
    public const int Bytes = SHA256.HashSizeInBytes;

    private readonly HandshakeSettings _settings;
    private readonly bool _dialed;
    private readonly Spake2? _passphrase;
    private byte[] _binding = [];
    private ReadOnlyMemory<byte> _ticket;

    public MembershipProof(HandshakeSettings settings, bool dialed)
    {
        (_settings, _dialed) = (settings, dialed);
        if (dialed) _ticket = settings.Ticket;
        if (_ticket.IsEmpty && settings.Passphrase is { } key) _passphrase = new Spake2(key, dialed);
    }

    /// <summary>What both Hellos together ask for.</summary>
    public ProofKind Kind { get; private set; }

    /// <summary>The secret that the other side has proven.</summary>
    public ReadOnlyMemory<byte> Ticket => Kind == ProofKind.Ticket ? _ticket : default;

    /// <summary>What goes into the own Join.</summary>
    public byte[] Offer
    {
        get
        {
            if (_passphrase is { } own) return [(byte)ProofKind.Passphrase, .. own.Share];
            return _ticket.IsEmpty ? [] : [(byte)ProofKind.Ticket];
        }
    }

    /// <summary>Takes the other's offer; false when it is none.</summary>
    public bool Meet(ReadOnlySpan<byte> offer, ushort version, HandshakeSide dialer, HandshakeSide listener)
    {
        _binding = Binding(version, dialer, listener);
        switch (offer)
        {
            case []:
                if (!_ticket.IsEmpty) Kind = ProofKind.Ticket;
                return true;
            case [(byte)ProofKind.Ticket]:
                // Only a dialer has a ticket.
                Kind = ProofKind.Ticket;
                return !_dialed;
            case [(byte)ProofKind.Passphrase, .. var share] when share.Length == Spake2.ShareBytes:
                Kind = _passphrase is not null ? ProofKind.Passphrase
                    : _ticket.IsEmpty ? ProofKind.None : ProofKind.Ticket;
                return _passphrase is null || _passphrase.Meet(
                    share, dialer.Node.Hash.ToArray(), listener.Node.Hash.ToArray(), _binding);
            default:
                return false;
        }
    }

    /// <summary>For the own Finish; of the listener when <see cref="Verify"/> has found the other's good.</summary>
    public ReadOnlyMemory<byte> Own => Kind switch
    {
        ProofKind.Ticket => TicketProof(_ticket.Span, _dialed),
        ProofKind.Passphrase => _passphrase!.Own,
        _ => default,
    };

    /// <summary>Whether the other's Finish proves what its Hello promised.</summary>
    public bool Verify(ReadOnlySpan<byte> proof)
    {
        if (Kind == ProofKind.None) return proof.Length == 0;
        if (Kind == ProofKind.Passphrase)
            return CryptographicOperations.FixedTimeEquals(_passphrase!.Others.Span, proof);
        foreach (var secret in _dialed ? [_ticket] : _settings.Tickets())
        {
            if (!CryptographicOperations.FixedTimeEquals(TicketProof(secret.Span, !_dialed), proof)) continue;
            _ticket = secret;
            return true;
        }
        return false;
    }

    private byte[] TicketProof(ReadOnlySpan<byte> secret, bool ofDialer) => HMACSHA256.HashData(
        secret, [.. ofDialer ? "ferry ticket dialer"u8 : "ferry ticket listener"u8, .. _binding]);

    private static byte[] Binding(ushort version, HandshakeSide dialer, HandshakeSide listener)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("ferry admission"u8);
        HandshakeSide.AppendNumber(hash, version);
        foreach (var side in (ReadOnlySpan<HandshakeSide>)[dialer, listener])
        {
            side.AppendTo(hash);
            hash.AppendData(side.Secret.Span);
        }
        return hash.GetHashAndReset();
    }
}
