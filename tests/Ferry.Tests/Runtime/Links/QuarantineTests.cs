using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.TestKit;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class QuarantineTests
{
    private readonly TestClock _time = new();
    private readonly Quarantine _quarantine;

    public QuarantineTests() => _quarantine = new Quarantine(_time);

    [Fact]
    public void A_term_ends_and_the_next_one_is_longer()
    {
        var first = _quarantine.Add(Some.Node(2));
        Assert.NotNull(_quarantine.Of(Some.Node(2)));
        Assert.Null(_quarantine.Of(Some.Node(3)));
        _time.Advance(first);
        Assert.Null(_quarantine.Of(Some.Node(2)));
        Assert.True(_quarantine.Add(Some.Node(2)) > first);
    }

    [Fact]
    public void Many_are_kept_out_and_memory_is_bounded()
    {
        for (var i = 0; i <= Quarantine.NodesMax; i++)
        {
            _quarantine.Add(Some.Node(1 + i));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Null(_quarantine.Of(Some.Node(1)));
        Assert.NotNull(_quarantine.Of(Some.Node(1 + Quarantine.NodesMax)));
    }

    /// <summary>Not one that the user trusts: its place is reserved.</summary>
    [Fact]
    public void Stranger_finds_no_place_in_an_open_node_that_is_full()
    {
        using var folder = new TemporaryFolder();
        using var home = HomeFolder.Open(folder["home"]);
        var known = KnownNodes.Load(home, _time, NullLogger.Instance);
        var links = Enumerable.Range(1, 300).Select(host => $"tcp://10.0.{host % 250}.{host / 250}:1");
        var admission = new Admission(
            open: true, hasPassphrase: false, known, NetworkKeys.Load(home, NullLogger.Instance),
            new WaitingList(_time, NullLogger.Instance), _quarantine,
            node => node == Some.Node(3), new LinkPlaces(256, () => links));
        Assert.IsType<AdmissionResult.Refused>(
            admission.OfGuest(new Applicant(Some.Node(2), "pier", "tcp://10.9.0.2:1")));
        Assert.IsType<AdmissionResult.Admitted>(
            admission.OfGuest(new Applicant(Some.Node(3), "mate", "tcp://10.9.0.2:1")));
    }

    /// <summary>Neither by joining it nor when it comes by itself.</summary>
    [Fact]
    public void Who_is_kept_out_is_admitted_nowhere()
    {
        using var folder = new TemporaryFolder();
        using var home = HomeFolder.Open(folder["home"]);
        var known = KnownNodes.Load(home, _time, NullLogger.Instance);
        var admission = new Admission(
            open: true, hasPassphrase: false, known, NetworkKeys.Load(home, NullLogger.Instance),
            new WaitingList(_time, NullLogger.Instance), _quarantine,
            _ => true, new LinkPlaces(256, () => []));
        var peer = new Applicant(Some.Node(2), "pier", "tcp://10.0.0.2:1");
        Assert.IsType<AdmissionResult.Admitted>(admission.OfGuest(peer));

        _quarantine.Add(Some.Node(2));
        Assert.IsType<AdmissionResult.Refused>(admission.OfGuest(peer));
        Assert.IsType<AdmissionResult.Refused>(admission.OfJoined(peer));
    }
}
