using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Diagnostics;

/// <summary>
/// Logs the life of transfers and keeps their number. Beginnings and ends are told by the core; that one stands still,
/// or has other sources than before, is seen by looking every few seconds. All this beside the loop, which never waits
/// for a log.
/// </summary>
internal sealed class TransferMonitor(NodeMeter meter, TimeProvider time, ILogger log) : IAsyncDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Of more at a time the oldest are not logged; what stands still is seen anyway.</summary>
    private const int SeenMax = 1024;

    /// <summary>With more than that all are forgotten, and those that go on are told again.</summary>
    private const int BegunMax = 1024;

    /// <summary>Between two looks: anybody may send pieces of made-up transfers to be passed on.</summary>
    private const int BeginningsMax = 32;

    private readonly Channel<Seen> _seen = Channel.CreateBounded<Seen>(
        new BoundedChannelOptions(SeenMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private readonly TransferLines _lines = new(log);
    private readonly CancellationTokenSource _stop = new();
    private readonly long _started = time.GetTimestamp();
    private Task _running = Task.CompletedTask;

    /// <summary>Transfers of which a piece has been here; the loop's alone.</summary>
    private readonly HashSet<TransferId> _begun = [];
    private TransferId _latest;
    private int _toldSinceLook;

    /// <summary>Called by the loop for every input.</summary>
    public void See(Input input)
    {
        if (input is Input.StartDownload or Input.Stored { Result: StorageResult.UploadOpened })
        {
            _seen.Writer.TryWrite(new Seen(input, null));
        }
    }

    /// <summary>Called by the loop for every effect.</summary>
    public void See(Effect effect)
    {
        switch (effect)
        {
            case Effect.Forward forward: See(forward.Head, null); break;
            case Effect.Store { Request: StorageRequest.PersistPiece piece }: See(piece.Piece, piece.Content); break;
            case Effect.Tell
            {
                Notice: Notice.DownloadCompleted or Notice.DownloadFailed or Notice.DownloadPaused or Notice.UploadEnded
            } tell:
                _seen.Writer.TryWrite(new Seen(null, tell.Notice));
                break;
        }
    }

    public void Start(NodeLoop loop, NodeLife life) =>
        _running = life.RunAsync("watching transfers", stop => RunAsync(loop, stop), _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(NodeLoop loop, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            var tick = timer.WaitForNextTickAsync(stop).AsTask();
            var more = _seen.Reader.WaitToReadAsync(stop).AsTask();
            while (true)
            {
                await (await Task.WhenAny(tick, more));
                var looks = tick.IsCompleted;
                while (_seen.Reader.TryRead(out var seen)) looks |= Tell(seen);
                if (more.IsCompleted) more = _seen.Reader.WaitToReadAsync(stop).AsTask();
                if (tick.IsCompleted)
                {
                    Volatile.Write(ref _toldSinceLook, 0);
                    tick = timer.WaitForNextTickAsync(stop).AsTask();
                }
                if (looks) await LookAsync(loop, stop);
            }
        }
        catch (FerryException)
        {
            // The loop has stopped, and the node with it: there is nobody left to ask.
        }
    }

    private void See(FileTransfer piece, ContentId? content)
    {
        // Most pieces are of the transfer that the last one was of.
        if (piece.Transfer == _latest) return;
        _latest = piece.Transfer;
        if (Volatile.Read(ref _toldSinceLook) >= BeginningsMax || !_begun.Add(piece.Transfer)) return;
        Interlocked.Increment(ref _toldSinceLook);
        if (_begun.Count > BegunMax)
        {
            _begun.Clear();
            _begun.Add(piece.Transfer);
        }
        _seen.Writer.TryWrite(new Seen(null, null) { First = piece, Content = content });
    }

    /// <summary>True when it says that there is something to look at.</summary>
    private bool Tell(Seen seen)
    {
        if (seen.First is { } first) _lines.Tell(first, seen.Content);
        else if (seen.Notice is { } notice) _lines.Tell(notice);
        else if (seen.Input is Input.StartDownload start) _lines.Tell(start);
        else return true;
        return false;
    }

    private async Task LookAsync(NodeLoop loop, CancellationToken stop)
    {
        var (downloads, uploads) = await loop.QueryAsync(
            (engine, now) => (engine.Downloads(now), engine.Uploads(now)), stop);
        meter.Set(downloads, uploads);
        _lines.Look(downloads, uploads, time.GetElapsedTime(_started));
    }

    private readonly record struct Seen(Input? Input, Notice? Notice)
    {
        public FileTransfer? First { get; init; }

        /// <summary>Of a transfer to this node; null of one that it passes on.</summary>
        public ContentId? Content { get; init; }
    }
}
