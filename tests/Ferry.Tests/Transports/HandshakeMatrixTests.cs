using System.Security.Authentication;
using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Ferry.Tests.Transports.Plain;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

/// <summary>
/// A second implementation (Plain/) shakes hands with the program and lies in one step: whatever comes, the program's
/// end tells a reason of those that it has for it, and keeps nothing.
/// </summary>
public sealed class HandshakeMatrixTests : IDisposable
{
    private const string Origin = "memory://dialer";
    private static readonly PlainSpake2 Passphrase = new(DoorStage.Phrase);
    private static readonly LinkFailureKind[] Reasons =
    [
        LinkFailureKind.NotFerry, LinkFailureKind.ConnectionLost, LinkFailureKind.VersionMismatch,
        LinkFailureKind.PeerNotAdmitted, LinkFailureKind.NotAdmitted,
    ];

    private readonly DoorStage _door = new();
    private readonly PlainNode _plain = new();

    public void Dispose()
    {
        _plain.Dispose();
        _door.Dispose();
    }

    public static IEnumerable<TheoryDataRow<bool, ProofKind>> Ends =>
        from dials in (bool[])[true, false]
        from proves in Enum.GetValues<ProofKind>()
        select new TheoryDataRow<bool, ProofKind>(dials, proves);

    public static IEnumerable<TheoryDataRow<bool, ProofKind, string, string>> Lies =>
        from dials in (bool[])[true, false]
        from proves in Enum.GetValues<ProofKind>()
        from step in Enum.GetValues<PlainStep>()
        from lie in Enum.GetValues<PlainLie>()
        where PlainLiar.IsPossible(dials, proves != ProofKind.None, step, lie)
        select new TheoryDataRow<bool, ProofKind, string, string>(dials, proves, $"{step}", $"{lie}");

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Honest_one_gets_a_link(bool dials, ProofKind proves)
    {
        var (outcome, handshake) = await ShakeAsync(dials, proves);
        Assert.Null(outcome.Failure);
        await using var link = outcome.Value!;
        Assert.Equal(_plain.Id, link.Peer.Hash.ToArray());
        Assert.Equal("plain", link.PeerJoin.Nickname);
        Assert.Equal("real", handshake.PeerNickname);
        Assert.Equal(dials && proves == ProofKind.Ticket, _door.Trusts(_plain.Id));
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Lie_is_answered_with_a_reason_and_changes_nothing(
        bool dials, ProofKind proves, string at, string what)
    {
        var (step, lie) = (Enum.Parse<PlainStep>(at), Enum.Parse<PlainLie>(what));
        var (first, earlier) = await ShakeAsync(dials, proves);
        await first.Value!.DisposeAsync();
        var record = earlier.Meant[step];
        // Everywhere when a ticket is proven, which is the way of most steps; here and there else.
        var every = proves == ProofKind.Ticket ? 1 : 9;
        // No other nickname is a wrong one.
        var isNamed = lie == PlainLie.Flipped && step == PlainStep.Finish;
        var places = PlainLiar.Places(lie, record) - (isNamed ? "plain".Length : 0);
        for (var place = (int)proves; place < places; place += every)
        {
            _door.Forget(_plain.Id);
            _door.AllowTries();
            var before = _door.State;
            var liar = new PlainLiar(step, lie, place, earlier);
            var (outcome, _) = await ShakeAsync(dials, proves, liar);

            var told = $"{lie} {step} at {place}: {outcome.Failure}";
            Assert.True(liar.HasLied, told);
            if (outcome.Value is { } link) await AssertNothingIsHeardAsync(link, told);
            else AssertReason(outcome.Failure!, told);
            // A ticket counts as used when it was proven, and then for this node alone.
            if (dials && proves == ProofKind.Ticket && liar.IsAfterTheProof) Assert.True(_door.Trusts(_plain.Id), told);
            else Assert.True(before == _door.State, $"{told}\n{before}\n{_door.State}");
            var isGuess = outcome.Failure?.Text.Contains("has another passphrase", StringComparison.Ordinal) == true;
            Assert.Equal(GuessLimit.TriesOfOrigin - (isGuess ? 1 : 0), _door.TriesLeft(Origin));
        }
    }

    [Fact]
    public void Second_implementation_knows_the_documents_alone()
    {
        var files = Directory.GetFiles(Architecture.Repository.FullPath("tests/Ferry.Tests/Transports/Plain"));
        Assert.True(files.Length >= 8);
        var used = files.SelectMany(File.ReadLines).Where(line => line.StartsWith("using", StringComparison.Ordinal));
        Assert.All(used, line => Assert.DoesNotContain("Ferry", line.Replace(
            "Ferry.Tests.Transports.Plain", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    private static void AssertReason(LinkFailure failure, string told)
    {
        Assert.True(Reasons.Contains(failure.Kind), told);
        Assert.False(failure.Text.Contains("could not be read", StringComparison.Ordinal), told);
    }

    /// <summary>A dialer has only its key agreement to lose: it notices by the first frame.</summary>
    private static async Task AssertNothingIsHeardAsync(SecureLink link, string told)
    {
        await using var _ = link;
        var received = await LinkFixture.Receive(link);
        Assert.True(received.Message is null, told);
        Assert.Equal(LinkCloseReason.ProtocolError, received.Close?.Reason);
    }

    private async Task<(Outcome<SecureLink> Real, PlainHandshake Plain)> ShakeAsync(
        bool dials, ProofKind proves, PlainLiar? liar = null)
    {
        var (dialer, listener) = MemoryConnection.Pair(MemoryConnection.DefaultTraits, Origin);
        var (here, there) = dials ? (dialer, listener) : (listener, dialer);
        var real = dials
            ? Handshake.ListenAsync(there, _door.Accepting(proves), CancellationToken.None)
            : Handshake.DialAsync(there, _door.Dialing(proves), DoorStage.Id(_plain.Id), CancellationToken.None);
        await using var handshake = liar?.Handshake(here.Stream, _plain, dials)
            ?? new PlainHandshake(here.Stream, _plain, dials);
        var membership = new PlainMembership(
            proves == ProofKind.Ticket ? _door.Ticket : null, proves == ProofKind.Passphrase ? Passphrase : null);
        try
        {
            await handshake.RunAsync(membership, "plain").WaitAsync(Patience.Limit);
            if (liar is not null) await liar.EndAsync(handshake);
        }
        catch (Exception e) when (
            e is IOException or AuthenticationException or CryptographicException or InvalidDataException)
        {
            // The real end has hung up, or what it says does not fit the lie. What is sent now it cannot believe.
            if (liar is not null && handshake.Link is { } link) await link.SendAsync([3, 0, 0, 0, 0, 0, 0, 0, 1]);
        }
        await here.DisposeAsync();
        return (await real.WaitAsync(Patience.Limit), handshake);
    }
}
