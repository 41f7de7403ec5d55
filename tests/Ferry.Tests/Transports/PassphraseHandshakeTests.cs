using Ferry.Transports;
using Ferry.Transports.Secure;
using Org.BouncyCastle.Math;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class PassphraseHandshakeTests
{
    private readonly TestClock _time = new();
    private readonly List<ProofKind> _proofs = [];

    [Fact]
    public async Task Same_passphrase_is_proven_to_both()
    {
        var (dialer, listener) = await LinkFixture.ShakeHands(Node(1), Node(1));
        await using var near = dialer.Value!;
        await using var far = listener.Value!;
        Assert.Equal([ProofKind.Passphrase, ProofKind.Passphrase], _proofs);
    }

    [Fact]
    public async Task Another_passphrase_is_refused_and_nobody_is_asked()
    {
        var (dialer, listener) = await LinkFixture.ShakeHands(Node(1), Node(2));
        Assert.Equal(LinkFailureKind.WrongPassphrase, dialer.Failure?.Kind);
        Assert.Equal(LinkFailureKind.PeerNotAdmitted, listener.Failure?.Kind);
        // The dialer's own decision came before.
        Assert.Single(_proofs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_passphrase_alone_proves_nothing(bool dialerHasIt)
    {
        var plain = Node(1) with { Passphrase = null };
        var (dialer, listener) = await LinkFixture.ShakeHands(
            dialerHasIt ? Node(1) : plain, dialerHasIt ? plain : Node(1));
        await using var near = dialer.Value!;
        await using var far = listener.Value!;
        Assert.Equal([ProofKind.None, ProofKind.None], _proofs);
    }

    [Fact]
    public async Task Ticket_goes_before_the_passphrase()
    {
        byte[] secret = [.. new byte[15], 1];
        var (dialer, listener) = await LinkFixture.ShakeHands(
            Node(2) with { Ticket = secret }, Node(1) with { Tickets = () => [secret] });
        await using var near = dialer.Value!;
        await using var far = listener.Value!;
        Assert.Equal([ProofKind.Ticket, ProofKind.Ticket], _proofs);
    }

    [Fact]
    public async Task Wrong_passphrases_of_a_host_are_not_judged_any_more_and_then_again()
    {
        var listener = Node(1) with { Guesses = new GuessLimit(_time) };
        for (var n = 0; n < GuessLimit.TriesOfOrigin; n++)
            Assert.Equal(LinkFailureKind.WrongPassphrase, (await TryAsync(2, listener))?.Kind);

        Assert.Equal(LinkFailureKind.TooManyTries, (await TryAsync(2, listener))?.Kind);
        Assert.Equal(LinkFailureKind.TooManyTries, (await TryAsync(1, listener))?.Kind);

        _time.Advance(GuessLimit.OriginEvery);
        Assert.Null(await TryAsync(1, listener));
        // A right one costs nothing.
        Assert.Null(await TryAsync(1, listener));
    }

    private static async Task<LinkFailure?> TryAsync(int passphrase, HandshakeSettings listener)
    {
        var dialer = LinkFixture.Settings() with { Passphrase = Key(passphrase) };
        var (near, far) = await LinkFixture.ShakeHands(dialer, listener);
        if (near.Value is { } made) await made.DisposeAsync();
        if (far.Value is { } accepted) await accepted.DisposeAsync();
        return near.Failure;
    }

    private static PassphraseKey Key(int w) => new(BigInteger.ValueOf(w));

    private HandshakeSettings Node(int passphrase) => LinkFixture.Settings() with
    {
        Passphrase = Key(passphrase),
        Admit = applicant =>
        {
            lock (_proofs) _proofs.Add(applicant.Proof);
            return new AdmissionResult.Admitted();
        },
    };
}
