using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

/// <summary>Members that have found this node prove the network's key as they would a ticket.</summary>
public sealed class AdmissionTests : IDisposable
{
    private readonly TestClock _time = new();
    private readonly TemporaryFolder _folder = new();
    private readonly HomeFolder _home;
    private readonly KnownNodes _known;
    private readonly NetworkKeys _keys;
    private readonly WaitingList _waiting;

    public AdmissionTests()
    {
        _home = HomeFolder.Open(_folder["home"]);
        _known = KnownNodes.Load(_home, _time, NullLogger.Instance);
        _keys = NetworkKeys.Load(_home, NullLogger.Instance);
        _waiting = new WaitingList(_time, NullLogger.Instance);
        _keys.Ensure();
    }

    [Fact]
    public void Member_that_is_not_known_is_admitted_without_asking()
    {
        Assert.IsType<AdmissionResult.Admitted>(Admission(hasPassphrase: false).OfGuest(Member(1)));
        Assert.Empty(_waiting.All);
        Assert.False(_known.IsTrusted(Some.Node(1)));
    }

    [Fact]
    public void Key_does_not_stand_for_the_passphrase()
    {
        var refused = Assert.IsType<AdmissionResult.Refused>(Admission(hasPassphrase: true).OfGuest(Member(1)));
        Assert.Equal(RejectReason.PassphraseNeeded, refused.Reason);
    }

    [Fact]
    public void Blocked_member_is_not_admitted()
    {
        _known.Block(Some.Node(1), "one");
        Assert.IsType<AdmissionResult.Refused>(Admission(hasPassphrase: false).OfGuest(Member(1)));
    }

    [Fact]
    public void Ticket_is_still_used_up()
    {
        var ticket = _known.GiveTicket(uses: 1, _time.GetUtcNow().AddHours(1));
        var admission = Admission(hasPassphrase: false);
        Assert.IsType<AdmissionResult.Admitted>(admission.OfGuest(Guest(1, ticket)));
        Assert.IsType<AdmissionResult.Refused>(admission.OfGuest(Guest(2, ticket)));
    }

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    private Applicant Member(int number) => Guest(number, _keys.Current!.LinkSecret);

    private static Applicant Guest(int number, byte[] ticket) =>
        new(Some.Node(number), "one", "tcp://10.0.0.1:1", ProofKind.Ticket, ticket);

    private Admission Admission(bool hasPassphrase) => new(
        open: false, hasPassphrase, _known, _keys, _waiting, new Quarantine(_time), _ => false,
        new LinkPlaces(256, () => []));
}
