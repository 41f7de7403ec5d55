using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ferry.Transports.Secure;

/// <summary>What a node has proven in a handshake besides its key.</summary>
public enum ProofKind : byte
{
    None = 0,

    /// <summary>The secret of an invitation.</summary>
    Ticket = 1,
}

/// <summary>
/// One side's part of the proof of membership in one handshake: what it offers in its Hello, and the 32 bytes of its
/// Finish. The proof is bound to both keys and to all that both Hellos say, fresh random bytes among it, so it is of no
/// use in any other handshake; and to who dialled, so it cannot be sent back.
/// </summary>
internal sealed class MembershipProof(HandshakeSettings settings, bool dialed)
{
    public const int Bytes = SHA256.HashSizeInBytes;

    private byte[] _binding = [];
    private ReadOnlyMemory<byte> _ticket = dialed ? settings.Ticket : default;

    /// <summary>What both Hellos together ask for.</summary>
    public ProofKind Kind { get; private set; }

    /// <summary>The secret that the other side has proven.</summary>
    public ReadOnlyMemory<byte> Ticket => Kind == ProofKind.Ticket ? _ticket : default;

    /// <summary>What goes into the own Join.</summary>
    public byte[] Offer => _ticket.IsEmpty ? [] : [(byte)ProofKind.Ticket];

    /// <summary>Takes the other's offer; false when it is none.</summary>
    public bool Meet(ReadOnlySpan<byte> offer, ushort version, HandshakeSide dialer, HandshakeSide listener)
    {
        _binding = Binding(version, dialer, listener);
        // Only a dialer has a ticket.
        var isTicket = !dialed && offer is [(byte)ProofKind.Ticket];
        if (!isTicket && offer.Length > 0) return false;
        if (isTicket || !_ticket.IsEmpty) Kind = ProofKind.Ticket;
        return true;
    }

    /// <summary>For the own Finish; of the listener when <see cref="Verify"/> has found the other's good.</summary>
    public byte[] Own => Kind == ProofKind.Ticket ? TicketProof(_ticket.Span, dialed) : [];

    /// <summary>Whether the other's Finish proves what its Hello promised.</summary>
    public bool Verify(ReadOnlySpan<byte> proof)
    {
        if (Kind == ProofKind.None) return proof.Length == 0;
        foreach (var secret in dialed ? [_ticket] : settings.Tickets())
        {
            if (!CryptographicOperations.FixedTimeEquals(TicketProof(secret.Span, !dialed), proof)) continue;
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
        Span<byte> number = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(number, version);
        hash.AppendData(number);
        foreach (var side in (ReadOnlySpan<HandshakeSide>)[dialer, listener])
        {
            hash.AppendData(side.Node.Hash.ToArray());
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)side.Join.Length);
            hash.AppendData(number);
            hash.AppendData(side.Join.Span);
            hash.AppendData(side.Secret.Span);
        }
        return hash.GetHashAndReset();
    }
}
