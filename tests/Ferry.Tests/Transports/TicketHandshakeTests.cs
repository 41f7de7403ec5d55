using Ferry.Protocol.Values;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class TicketHandshakeTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 16).Select(n => (byte)n)];
    private readonly List<Applicant> _applicants = [];

    [Fact]
    public async Task Secret_that_was_given_out_is_proven_to_both()
    {
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings() with { Ticket = Secret }, Listener([new byte[16], Secret]));

        await using var near = dialer.Value!;
        await using var far = listener.Value!;
        var applicant = Assert.Single(_applicants);
        Assert.Equal(ProofKind.Ticket, applicant.Proof);
        Assert.Equal(Secret, applicant.Ticket.ToArray());
    }

    [Fact]
    public async Task Secret_that_was_not_given_out_is_refused_and_nobody_is_asked()
    {
        var (dialer, listener) = await LinkFixture.ShakeHands(
            LinkFixture.Settings() with { Ticket = Secret }, Listener([new byte[16]]));

        Assert.Equal(LinkFailureKind.WrongTicket, dialer.Failure?.Kind);
        Assert.Equal(LinkFailureKind.PeerNotAdmitted, listener.Failure?.Kind);
        Assert.Empty(_applicants);
    }

    [Theory]
    [InlineData(RejectReason.TicketExpired, LinkFailureKind.TicketExpired)]
    [InlineData(RejectReason.TicketUsed, LinkFailureKind.TicketUsed)]
    public async Task Reason_of_a_refusal_arrives(RejectReason reason, LinkFailureKind kind)
    {
        var listener = Listener([Secret]) with { Admit = _ => new AdmissionResult.Refused("no", reason) };
        var (dialer, _) = await LinkFixture.ShakeHands(LinkFixture.Settings() with { Ticket = Secret }, listener);
        Assert.Equal(kind, dialer.Failure?.Kind);
        Assert.Contains("ask for a new one", dialer.Failure!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Proof_is_of_one_handshake_one_direction_and_two_keys()
    {
        var dialer = Side(1);
        var listener = Side(2);
        var proofs = new[]
        {
            Proof(dialed: true, 2, dialer, listener), Proof(dialed: false, 2, dialer, listener),
            Proof(dialed: true, 3, dialer, listener), Proof(dialed: true, 2, listener, dialer),
            Proof(dialed: true, 2, dialer with { Node = Some.Node(9) }, listener),
            Proof(dialed: true, 2, dialer, listener with { Node = Some.Node(9) }),
            Proof(dialed: true, 2, dialer with { Secret = new byte[32] }, listener),
            Proof(dialed: true, 2, dialer, listener with { Secret = new byte[32] }),
            Proof(dialed: true, 2, dialer with { Join = new byte[3] }, listener),
            Proof(dialed: true, 2, dialer, listener with { Join = new byte[3] }),
        };
        Assert.Equal(proofs.Length, proofs.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [InlineData(true, "01")]
    [InlineData(true, "02")]
    [InlineData(false, "0100")]
    [InlineData(false, "00")]
    [InlineData(false, "07")]
    public void Offer_that_is_none_is_not_met(bool dialed, string offer) => Assert.False(
        new MembershipProof(LinkFixture.Settings(), dialed).Meet(
            Convert.FromHexString(offer), 2, Side(1), Side(2)));

    [Fact]
    public void Proof_that_was_not_promised_is_wrong_as_one_that_is_missing()
    {
        var plain = new MembershipProof(LinkFixture.Settings(), dialed: false);
        Assert.True(plain.Meet([], 2, Side(1), Side(2)));
        Assert.True(plain.Verify([]));
        Assert.False(plain.Verify(new byte[32]));

        var asked = new MembershipProof(Listener([Secret]), dialed: false);
        Assert.True(asked.Meet([1], 2, Side(1), Side(2)));
        Assert.False(asked.Verify([]));
        Assert.False(asked.Verify(new byte[31]));
        Assert.False(asked.Verify(Proof(dialed: false, 2, Side(1), Side(2))));
        Assert.True(asked.Verify(Proof(dialed: true, 2, Side(1), Side(2))));
    }

    private static byte[] Proof(bool dialed, ushort version, HandshakeSide dialer, HandshakeSide listener)
    {
        var settings = LinkFixture.Settings() with { Ticket = Secret, Tickets = () => [Secret] };
        var proof = new MembershipProof(settings, dialed);
        Assert.True(proof.Meet(dialed ? [] : [1], version, dialer, listener));
        if (dialed) return proof.Own.ToArray();
        Assert.True(proof.Verify(Proof(dialed: true, version, dialer, listener)));
        return proof.Own.ToArray();
    }

    private static HandshakeSide Side(int number) =>
        new(Some.Node(number), new[] { (byte)number }, Enumerable.Repeat((byte)number, 32).ToArray());

    private HandshakeSettings Listener(IReadOnlyList<byte[]> secrets) => LinkFixture.Settings() with
    {
        Tickets = () => [.. secrets.Select(secret => (ReadOnlyMemory<byte>)secret)],
        Admit = applicant =>
        {
            _applicants.Add(applicant);
            return new AdmissionResult.Admitted();
        },
    };
}
