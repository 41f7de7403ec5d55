using Ferry.Tests.Integration.Harness;
using Ferry.Tests.Transports.Bluetooth.DBus;
using Ferry.Transports;
using Ferry.Transports.Bluetooth;
using Ferry.Transports.Bluetooth.DBus;
using Ferry.Transports.Bluetooth.Sdp;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth;

/// <summary>The record is in the daemon while the node listens, whatever happens to daemon and bus.</summary>
public sealed class ServicePublicationTests : IAsyncDisposable
{
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);
    private static readonly FerryService Record = new(BluetoothAddress.Read([5, 4, 3, 2, 1, 0]), 3, "anna");

    private readonly TestClock _time = new();
    private readonly FakeBus _bus = new();
    private readonly BlueZ _daemon;

    public ServicePublicationTests() => _daemon = new BlueZ(_bus.Address, _time);

    public async ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Record_is_published_once_and_withdrawn_at_the_end()
    {
        await using (var publication = await StartAsync())
        {
            Assert.Null(publication.Failure);
            await _bus.NextAsync("RegisterProfile");
            _time.Advance(HalfMinute);
            Assert.Equal("GetNameOwner", (await _bus.NextAsync()).Method);
        }

        Assert.Contains("/3", (await _bus.NextAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restarted_daemon_gets_the_record_again()
    {
        await using var publication = await StartAsync();
        await _bus.NextAsync("RegisterProfile");
        _bus.Daemon = ":1.8";
        _time.Advance(HalfMinute);
        await _bus.NextAsync("RegisterProfile");
    }

    [Fact]
    public async Task Restarted_bus_gets_the_record_again_also_when_all_names_are_as_before()
    {
        await using var publication = await StartAsync();
        await _bus.DisposeAsync();
        await using var again = new FakeBus(_bus.Address) { Daemon = _bus.Daemon };
        var registered = again.NextAsync("RegisterProfile");
        // The first look may still meet the connection to the bus that went away: then the next one counts.
        await Eventually.TrueAsync("the record", () =>
        {
            if (!registered.IsCompleted) _time.Advance(HalfMinute);
            return registered.IsCompletedSuccessfully;
        });
    }

    [Fact]
    public async Task Daemon_that_comes_later_gets_the_record_then()
    {
        _bus.Daemon = null;
        await using var publication = await StartAsync();
        Assert.Contains("daemon does not run", publication.Failure, StringComparison.Ordinal);
        var join = $"join {new NodeAddress.Bluetooth(Record.Adapter, 3)}";
        Assert.Contains(join, publication.Failure, StringComparison.Ordinal);
        _bus.Daemon = ":1.8";
        _time.Advance(HalfMinute);
        await Eventually.TrueAsync("the record", () => publication.Failure is null);
    }

    [Fact]
    public async Task End_does_not_wait_for_a_daemon_that_hangs()
    {
        var publication = await StartAsync();
        _bus.Silent.Add("UnregisterProfile");
        var ending = publication.DisposeAsync().AsTask();
        await _bus.NextAsync("UnregisterProfile");
        _time.Advance(TimeSpan.FromSeconds(3));
        await ending.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    private Task<ServicePublication> StartAsync() =>
        ServicePublication.StartAsync(_daemon, Record, _time, TestContext.Current.CancellationToken);
}
