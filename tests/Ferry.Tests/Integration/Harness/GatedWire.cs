using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// A cable on the loopback interface that lets so many bytes through and then holds: what must happen in the middle of
/// a transfer happens there, on a machine of any speed.
/// </summary>
internal sealed class GatedWire : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _farPort;
    private readonly Func<long, bool> _holds;
    private readonly long _bytesPerSecond;
    private readonly Task _accepting;
    private long _passed;
    private long _toNear;

    /// <param name="farPort">Where the cable ends.</param>
    /// <param name="bytesMax">Both directions together, before the gate closes.</param>
    /// <param name="bytesPerSecond">In each direction, so that a window is small.</param>
    public GatedWire(int farPort, long bytesMax, long bytesPerSecond = long.MaxValue)
        : this(farPort, passed => passed > bytesMax, bytesPerSecond)
    {
    }

    /// <param name="holds">
    /// Asked of each read of what comes from either end, with all bytes so far: the wire holds it, and all that follows
    /// it.
    /// </param>
    public GatedWire(int farPort, Func<long, bool> holds, long bytesPerSecond = long.MaxValue)
    {
        (_farPort, _holds, _bytesPerSecond) = (farPort, holds, bytesPerSecond);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>All that has gone to whoever dialled.</summary>
    public long BytesToNear => Interlocked.Read(ref _toNear);

    /// <summary>Until the wire holds bytes back.</summary>
    public Task ReachedAsync() => _reached.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

    public void Open() => _opened.TrySetResult();

    /// <summary>What is held is lost, and both ends learn it.</summary>
    public Task CutAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Open();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var cables = new List<Task>();
        try
        {
            while (true) cables.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(cables);
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using var _ = near;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _farPort, _stop.Token);
            // When one end goes, the other learns it: both are closed on the way out.
            await Task.WhenAny(
                CopyAsync(near.GetStream(), far.GetStream(), _ => { }),
                CopyAsync(far.GetStream(), near.GetStream(), bytes => Interlocked.Add(ref _toNear, bytes)));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Nobody at the far end (a node that was killed): the near end sees its connection closed.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Action<int> carried)
    {
        var buffer = new byte[BufferBytes];
        var (started, copied) = (Stopwatch.GetTimestamp(), 0L);
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, _stop.Token)) > 0;)
            {
                if (_holds(Interlocked.Add(ref _passed, read)))
                {
                    _reached.TrySetResult();
                    await _opened.Task.WaitAsync(_stop.Token);
                }
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                carried(read);
                copied += read;
                var early = TimeSpan.FromSeconds((double)copied / _bytesPerSecond) - Stopwatch.GetElapsedTime(started);
                if (early > TimeSpan.Zero) await Task.Delay(early, _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone; so is the cable.
        }
    }
}
