using System.Net;
using Ferry.Runtime.Finding;
using Ferry.Runtime.Loop;
using Ferry.Tests.Integration.Harness;
using Ferry.Tests.Transports.Bluetooth.DBus;
using Ferry.Transports.Lan;
using Ferry.Transports.Lan.DnsSd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Finding;

public sealed class LanServicesTests : IAsyncDisposable
{
    private static readonly LanSegment Segment = new(
        "eth0", 2, IPAddress.Parse("192.168.1.7"), IPAddress.Parse("192.168.1.255"), 24, 4747);

    private readonly TestClock _time = new();
    private readonly FakeBus _bus = new() { Daemon = null };
    private readonly LanServices _services;

    public LanServicesTests()
    {
        _bus.Answers["GetState"] = ("i", new BusBytes().UInt32(2).ToArray());
        foreach (var method in new[] { "EntryGroupNew", "ServiceBrowserNew" })
            _bus.Answers[method] = ("o", new BusBytes().Text("/made").ToArray());
        _services = new LanServices(
            new Avahi(_bus.Address, _time), new NodeLife(), _time, NullLogger<LanServices>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Node_is_shown_when_the_daemon_comes_and_again_when_it_was_restarted()
    {
        _services.Use([Segment]);
        await _bus.NextAsync("GetNameOwner");
        _bus.Daemon = ":1.8";
        await PassAsync("GetNameOwner");
        await _bus.NextAsync("ServiceBrowserNew");

        await _bus.SignalAsync("org.freedesktop.DBus", "NameOwnerChanged", "sss",
            new BusBytes().Text("org.freedesktop.Avahi").Text(":1.8").Text(":1.9").ToArray(), "org.freedesktop.DBus");
        _bus.Daemon = ":1.9";
        await PassAsync("GetNameOwner");
        await _bus.NextAsync("AddService");
    }

    [Fact]
    public async Task On_another_LAN_it_is_shown_anew_and_on_none_it_is_not()
    {
        _bus.Daemon = ":1.8";
        _services.Use([Segment]);
        await _bus.NextAsync("ServiceBrowserNew");
        _services.Use([Segment with { Port = 4750 }]);
        await _bus.NextAsync("AddService");
        await _bus.NextAsync("ServiceBrowserNew");
        _services.Use([]);
        await Eventually.TrueAsync("the end", () => _bus.Connections == 0);
    }

    /// <summary>Lets the time pass until it has asked.</summary>
    private async Task PassAsync(string method)
    {
        var asked = _bus.NextAsync(method);
        await Eventually.TrueAsync(method, () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return asked.IsCompleted;
        });
        await asked;
    }
}
