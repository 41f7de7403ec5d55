using System.Net;
using System.Threading.Channels;
using Ferry.Tests.Integration.Harness;
using Ferry.Tests.Transports.Bluetooth.DBus;
using Ferry.Transports.Lan.DnsSd;
using Xunit;

namespace Ferry.Tests.Transports.Lan.DnsSd;

/// <summary>What is asked of the daemon, and what its signals mean. The daemon itself is in a lab.</summary>
public sealed class AvahiTests : IAsyncDisposable
{
    private const string Daemon = "org.freedesktop.Avahi";
    private const string Browser = $"{Daemon}.ServiceBrowser";
    private const string Resolver = $"{Daemon}.ServiceResolver";

    private readonly TestClock _time = new();
    private readonly FakeBus _bus = NewBus();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<IReadOnlyList<IPAddress>> _found =
        Channel.CreateUnbounded<IReadOnlyList<IPAddress>>();
    private Task<string> _running = Task.FromResult("");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _bus.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task Node_is_shown_at_its_cards_under_a_name_that_says_nothing()
    {
        Start(new ShownService(2, 4747), new ShownService(3, 4747));
        Assert.Equal("/", (await _bus.NextAsync("EntryGroupNew")).Path);
        var first = await _bus.NextAsync("AddService");
        var second = await _bus.NextAsync("AddService");
        Assert.Equal("/made", first.Path);
        Assert.Matches(@"\0ferry-[0-9a-f]{8}\0[\0-\x20]*_ferry\._tcp\0", first.Text);
        Assert.EndsWith("\0\0\0\0", first.Text, StringComparison.Ordinal); // No TXT.
        Assert.Equal((2, 3), (first.Text[0], second.Text[0]));
        await _bus.NextAsync("Commit");
        Assert.Contains("_ferry._tcp", (await _bus.NextAsync("ServiceBrowserNew")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_that_comes_is_resolved_and_told_until_it_goes()
    {
        await BrowseAsync();
        await _bus.SignalAsync(Browser, "ItemNew", "iisssu", Item("ferry-1").UInt32(4).ToArray());
        Assert.Contains("ferry-1", (await _bus.NextAsync("ServiceResolverNew")).Text, StringComparison.Ordinal);
        await _bus.SignalAsync(Resolver, "Found", "iissssisqaayu", Found("ferry-1", "10.1.2.3"));
        Assert.Equal([IPAddress.Parse("10.1.2.3")], await NextFoundAsync());

        await _bus.SignalAsync(Browser, "ItemRemove", "iisssu", Item("ferry-1").UInt32(4).ToArray());
        Assert.Empty(await NextFoundAsync());
        Assert.Equal("/made", (await _bus.NextAsync("Free")).Path);
    }

    [Fact]
    public async Task Service_that_the_daemon_does_not_resolve_is_forgotten_and_others_are_told()
    {
        _bus.Errors["ServiceResolverNew"] = $"{Daemon}.InvalidServiceNameError";
        await BrowseAsync();
        await _bus.SignalAsync(Browser, "ItemNew", "iisssu", Item("odd").UInt32(4).ToArray());
        await _bus.NextAsync("ServiceResolverNew");
        _bus.Errors.Clear();
        await _bus.SignalAsync(Browser, "ItemNew", "iisssu", Item("ferry-1").UInt32(4).ToArray());
        await _bus.NextAsync("ServiceResolverNew");
        await _bus.SignalAsync(Resolver, "Found", "iissssisqaayu", Found("odd", "10.1.2.4"));
        await _bus.SignalAsync(Resolver, "Found", "iissssisqaayu", Found("ferry-1", "10.1.2.3"));
        Assert.Equal([IPAddress.Parse("10.1.2.3")], await NextFoundAsync());
    }

    [Fact]
    public async Task Where_programs_may_show_nothing_others_are_told_of_all_the_same()
    {
        _bus.Errors["EntryGroupNew"] = $"{Daemon}.NotPermittedError";
        await BrowseAsync();
    }

    [Theory]
    [InlineData("Server", "is", 4, "Avahi looks for a host name")]
    [InlineData("EntryGroup", "is", 3, "the name is taken")]
    public async Task State_of_the_daemon_ends_it(string of, string signature, int state, string why)
    {
        await BrowseAsync();
        await _bus.SignalAsync(
            $"{Daemon}.{of}", "StateChanged", signature, new BusBytes().UInt32((uint)state).Text("").ToArray());
        Assert.Equal(why, await OverAsync());
    }

    /// <summary>The daemon is slow to answer what it is asked meanwhile.</summary>
    [Fact]
    public async Task Flood_of_news_ends_nothing()
    {
        _bus.Silent.Add("ServiceResolverNew");
        await BrowseAsync();
        for (var number = 0; number < 4 * Avahi.NewsMax; number++)
            await _bus.SignalAsync(Browser, "ItemNew", "iisssu", Item($"ferry-{number}").UInt32(4).ToArray());
        await _bus.NextAsync("ServiceResolverNew");
        _bus.Silent.Clear();
        await Eventually.TrueAsync("a limit of time", () => _time.Armed > 0);
        _time.Advance(TimeSpan.FromSeconds(11));
        await _bus.NextAsync("ServiceResolverNew");
        Assert.False(_running.IsCompleted);
    }

    [Fact]
    public async Task Signal_that_makes_no_sense_ends_it()
    {
        await BrowseAsync();
        await _bus.SignalAsync(Browser, "ItemNew", "iisssu", [0xff, 0xff, 0xff, 0x7f]);
        Assert.NotEmpty(await OverAsync());
    }

    [Fact]
    public async Task Signal_of_another_form_ends_it()
    {
        await BrowseAsync();
        await _bus.SignalAsync(Browser, "ItemNew", "s", new BusBytes().Text("ferry-1").ToArray());
        Assert.NotEmpty(await OverAsync());
    }

    [Fact]
    public async Task Daemon_that_goes_ends_it()
    {
        await BrowseAsync();
        await _bus.SignalAsync("org.freedesktop.DBus", "NameOwnerChanged", "sss",
            new BusBytes().Text(Daemon).Text(":1.7").Text("").ToArray(), "org.freedesktop.DBus");
        Assert.Equal("Avahi was started or stopped", await OverAsync());
    }

    [Fact]
    public async Task Bus_that_goes_ends_it()
    {
        await BrowseAsync();
        await _bus.DisposeAsync();
        Assert.NotEmpty(await OverAsync());
    }

    [Fact]
    public async Task Daemon_that_does_not_run_is_not_started_and_told_of()
    {
        _bus.Daemon = null;
        Start(new ShownService(2, 4747));
        Assert.StartsWith("org.freedesktop.DBus.Error.NameHasNoOwner", await OverAsync(), StringComparison.Ordinal);
    }

    private static FakeBus NewBus()
    {
        var bus = new FakeBus();
        bus.Answers["GetState"] = ("i", new BusBytes().UInt32(2).ToArray());
        foreach (var method in new[] { "EntryGroupNew", "ServiceBrowserNew", "ServiceResolverNew" })
            bus.Answers[method] = ("o", new BusBytes().Text("/made").ToArray());
        return bus;
    }

    private static BusBytes Item(string name) =>
        new BusBytes().UInt32(2).UInt32(0).Text(name).Text("_ferry._tcp").Text("local");

    private static byte[] Found(string name, string address) =>
        Item(name).Text("host.local").UInt32(0).Text(address).Align(2).Raw(1, 2).Array(4, _ => { }).UInt32(4).ToArray();

    private void Start(params IReadOnlyList<ShownService> shown) => _running =
        new Avahi(_bus.Address, _time).RunAsync(shown, hosts => _found.Writer.TryWrite(hosts), _stop.Token);

    private async Task BrowseAsync()
    {
        Start(new ShownService(2, 4747));
        await _bus.NextAsync("ServiceBrowserNew");
    }

    private Task<string> OverAsync() => Eventually.InTimeAsync("the end", _running);

    private Task<IReadOnlyList<IPAddress>> NextFoundAsync() =>
        Eventually.InTimeAsync("a host", _found.Reader.ReadAsync(_stop.Token).AsTask());
}
