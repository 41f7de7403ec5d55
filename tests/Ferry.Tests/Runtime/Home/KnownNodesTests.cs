using Ferry.Runtime;
using Ferry.Runtime.Home;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Home;

public sealed class KnownNodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HomeFolder _home;
    private readonly TestClock _time = new();

    public KnownNodesTests() => _home = HomeFolder.Open(_folder["home"]);

    [Fact]
    public void Decisions_survive_a_restart()
    {
        var known = Load();
        known.Trust(Some.Node(1), "boat");
        known.Block(Some.Node(2), "pirate");
        known.Trust(Some.Node(3), "gone");
        Assert.True(known.Forget(Some.Node(3)));
        Assert.False(known.Forget(Some.Node(3)));

        var again = Load();
        Assert.True(again.IsTrusted(Some.Node(1)));
        Assert.False(again.IsBlocked(Some.Node(1)));
        Assert.True(again.IsBlocked(Some.Node(2)));
        Assert.False(again.IsTrusted(Some.Node(2)));
        Assert.Equal(["boat", "pirate"], again.All.Select(node => node.Nickname));
    }

    [Fact]
    public void Later_decision_replaces_the_earlier_one()
    {
        var known = Load();
        known.Trust(Some.Node(1), "boat");
        known.Block(Some.Node(1), "boat");
        Assert.False(Load().IsTrusted(Some.Node(1)));
        known.Trust(Some.Node(1), "boat");
        Assert.False(Load().IsBlocked(Some.Node(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"nodes\":[null],\"tickets\":[]}")]
    [InlineData("{\"nodes\":[{\"node\":\"x\"}],\"tickets\":[]}")]
    [InlineData("{\"nodes\":[],\"tickets\":[null]}")]
    [InlineData("{\"nodes\":[],\"tickets\":[{\"secret\":null,\"uses\":1,\"expires\":\"2026-01-01T00:00:00Z\"}]}")]
    public void Nobody_is_trusted_by_a_damaged_file(string text)
    {
        File.WriteAllText(_home.File("known.json"), text);

        Assert.Empty(Load().All);

        Assert.Equal(text, File.ReadAllText(_home.File("known.json.damaged")));
    }

    [Fact]
    public void Only_its_owner_can_read_the_file()
    {
        if (OperatingSystem.IsWindows()) return;
        Load().Trust(Some.Node(1), "boat");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.File("known.json")));
    }

    [Fact]
    public void What_cannot_be_kept_is_not_decided()
    {
        var known = Load();
        Directory.CreateDirectory(_home.File("known.json.new"));

        var failed = Assert.Throws<FerryException>(() => known.Trust(Some.Node(1), "boat"));

        Assert.Contains("known.json", failed.Message, StringComparison.Ordinal);
        Assert.False(known.IsTrusted(Some.Node(1)));
    }

    [Fact]
    public void Use_of_a_ticket_and_trust_in_its_user_are_kept_together()
    {
        var secret = Load().GiveTicket(uses: 1, In(60));

        Assert.Equal(TicketUse.Used, Load().UseTicket(secret, Some.Node(1), "boat"));

        var again = Load();
        Assert.True(again.IsTrusted(Some.Node(1)));
        Assert.Equal(TicketUse.UsedUp, again.UseTicket(secret, Some.Node(2), "pirate"));
        Assert.False(again.IsTrusted(Some.Node(2)));
    }

    [Fact]
    public void Ticket_that_cannot_be_used_up_durably_lets_nobody_in()
    {
        var known = Load();
        var secret = known.GiveTicket(uses: 1, In(60));
        Directory.CreateDirectory(_home.File("known.json.new"));

        Assert.Equal(TicketUse.NotKept, known.UseTicket(secret, Some.Node(1), "boat"));

        Assert.False(known.IsTrusted(Some.Node(1)));
        Directory.Delete(_home.File("known.json.new"));
        Assert.Equal(TicketUse.Used, known.UseTicket(secret, Some.Node(1), "boat"));
    }

    [Fact]
    public void Ticket_expires_and_is_forgotten_later()
    {
        var known = Load();
        var secret = known.GiveTicket(uses: 1, In(60));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(TicketUse.Expired, known.UseTicket(secret, Some.Node(1), "boat"));
        Assert.Single(known.TicketSecrets);
        _time.Advance(TimeSpan.FromDays(1));
        known.GiveTicket(uses: 1, In(60));
        Assert.DoesNotContain(known.TicketSecrets, it => it.Span.SequenceEqual(secret));
    }

    [Fact]
    public void Tickets_are_bounded()
    {
        var known = Load();
        for (var n = 0; n < KnownNodes.TicketsMax; n++) known.GiveTicket(uses: 1, In(60));
        Assert.Throws<FerryException>(() => known.GiveTicket(uses: 1, In(60)));
    }

    [Fact]
    public void Nodes_are_bounded_and_the_user_is_told()
    {
        var since = _time.GetUtcNow().ToString("O");
        var entries = Enumerable.Range(1, KnownNodes.NodesMax + 1).Select(n =>
            $$"""{"node":"{{Some.Node(n)}}","nickname":"n","blocked":false,"since":"{{since}}"}""");
        File.WriteAllText(
            _home.File("known.json"), $$"""{"nodes":[{{string.Join(',', entries)}}],"tickets":[]}""");
        var known = Load();
        Assert.Equal(KnownNodes.NodesMax, known.All.Count);
        var refused = Assert.Throws<FerryException>(() => known.Trust(Some.Node(KnownNodes.NodesMax + 2), "boat"));
        Assert.Contains("forget some first", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            TicketUse.NotKept,
            known.UseTicket(known.GiveTicket(uses: 1, In(60)), Some.Node(KnownNodes.NodesMax + 2), "boat"));
        known.Block(Some.Node(1), "n");
        Assert.True(known.Forget(Some.Node(2)));
        known.Trust(Some.Node(KnownNodes.NodesMax + 2), "boat");
    }

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    private KnownNodes Load() => KnownNodes.Load(_home, _time, NullLogger.Instance);

    private DateTimeOffset In(int seconds) => _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
}
