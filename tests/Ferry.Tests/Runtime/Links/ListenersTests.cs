using System.Threading.Channels;
using Ferry.Runtime;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Ferry.Transports.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class ListenersTests : IAsyncDisposable
{
    private const string Harbour = "memory://harbour";
    private const string Radio = "bluetooth://hci0";

    private readonly TransportSet _transports = new([new MemoryTransport()]);
    private readonly Channel<CancellationToken> _handshakes = Channel.CreateUnbounded<CancellationToken>();
    private readonly NodeLife _life = new();
    private readonly Listeners _listeners;
    private int _changes;

    public ListenersTests()
    {
        _listeners = NewListeners();
        _listeners.Changed += (_, _) => _changes++;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_listens_at_all_addresses_or_at_none()
    {
        await using var others = NewListeners();
        await others.OpenAsync(["memory://taken"], Cancel);
        var failed = await Assert.ThrowsAsync<FerryException>(
            () => _listeners.OpenAsync([Harbour, "memory://taken"], Cancel));
        Assert.Contains("memory://taken", failed.Message, StringComparison.Ordinal);
        Assert.Empty(_listeners.BoundAddresses);
        Assert.Equal(0, _changes);
        await _listeners.OpenAsync([Harbour], Cancel);
        Assert.Equal([Harbour], _listeners.BoundAddresses);
    }

    [Fact]
    public async Task Missing_transport_is_a_warning_while_another_address_works()
    {
        await _listeners.OpenAsync([Radio, Harbour], Cancel);
        Assert.Equal([Harbour], _listeners.Addresses);
        Assert.Single(_listeners.Warnings);
        await _listeners.CloseAsync();
        Assert.Empty(_listeners.Warnings);
        await Assert.ThrowsAsync<FerryException>(() => _listeners.OpenAsync([Radio], Cancel));
    }

    [Fact]
    public async Task Oldest_of_too_many_silent_handshakes_makes_room()
    {
        await _listeners.OpenAsync([Harbour], Cancel);
        var silent = new List<CancellationToken>();
        for (var count = 0; count < Listeners.HandshakesMax; count++) silent.Add(await ConnectAsync());
        Assert.DoesNotContain(silent, token => token.IsCancellationRequested);
        silent.Add(await ConnectAsync());
        silent.Add(await ConnectAsync());
        Assert.Equal([0, 1], Enumerable.Range(0, silent.Count).Where(at => silent[at].IsCancellationRequested));
    }

    [Fact]
    public async Task Closing_ends_the_handshakes_and_refuses_whoever_comes()
    {
        await _listeners.OpenAsync([Harbour], Cancel);
        var handshake = await ConnectAsync();
        await _listeners.CloseAsync().WaitAsync(Patience.Limit);
        Assert.True(handshake.IsCancellationRequested);
        Assert.Equal(2, _changes);
        Assert.Empty(_listeners.Addresses);
        Assert.Equal(
            LinkFailureKind.ConnectionRefused, (await _transports.ConnectAsync(Harbour, Cancel)).Failure?.Kind);
        await _listeners.OpenAsync([Harbour], Cancel);
        Assert.False((await ConnectAsync()).IsCancellationRequested);
    }

    public async ValueTask DisposeAsync()
    {
        await _listeners.DisposeAsync();
        _transports.Dispose();
        Assert.False(_life.End.IsCompleted);
    }

    private Listeners NewListeners() => new(
        _transports, StaySilentAsync, _life, new RefusalLog(TimeProvider.System, NullLogger.Instance),
        NullLogger.Instance);

    /// <summary>Returns what cancels the handshake, once it has begun.</summary>
    private async Task<CancellationToken> ConnectAsync()
    {
        Assert.True((await _transports.ConnectAsync(Harbour, Cancel)).Succeeded);
        return await _handshakes.Reader.ReadAsync(Cancel).AsTask().WaitAsync(Patience.Limit, Cancel);
    }

    /// <summary>The handshake of a peer that says nothing.</summary>
    private async Task<LinkFailure?> StaySilentAsync(IConnection connection, CancellationToken cancel)
    {
        await using (connection)
        {
            Assert.True(_handshakes.Writer.TryWrite(cancel));
            await Task.Delay(Timeout.Infinite, cancel);
            return null;
        }
    }
}
