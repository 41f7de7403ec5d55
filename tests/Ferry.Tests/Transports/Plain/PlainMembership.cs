namespace Ferry.Tests.Transports.Plain;

/// <summary>The proof of membership of one side (docs/protocol.md §2.7).</summary>
/// <param name="Ticket">Of a dialer: the one that it has; of a listener: the one that it has given out.</param>
internal sealed record PlainMembership(byte[]? Ticket = null, PlainSpake2? Passphrase = null)
{
    /// <summary>The number that SPAKE2 draws; small, because the arithmetic is slow.</summary>
    private const int Drawn = 4711;

    public static readonly PlainMembership None = new();

    public byte[] Offer(bool dials)
    {
        if (dials && Ticket is not null) return [1];
        if (Passphrase is null) return [];
        return [2, .. dials ? Passphrase.ShareOfDialer(Drawn) : Passphrase.ShareOfListener(Drawn)];
    }

    /// <summary>The proof that the dialer and that the listener must give; both empty when none is asked for.</summary>
    public (byte[] OfDialer, byte[] OfListener) Proofs(PlainTranscript transcript, bool dials)
    {
        var (dialer, listener) = (transcript.Dialer, transcript.Listener);
        if (dialer.Offer is [1])
        {
            var secret = Ticket ?? throw new InvalidDataException("a ticket of which nothing is known");
            return (transcript.TicketProof(secret, dialer: true), transcript.TicketProof(secret, dialer: false));
        }
        if (Passphrase is null || dialer.Offer is not [2, ..] || listener.Offer is not [2, ..]) return ([], []);
        return Passphrase.Confirm(
            dialer.Offer[1..], listener.Offer[1..], Drawn, dialer.Id, listener.Id, transcript.Binding, dials);
    }
}
