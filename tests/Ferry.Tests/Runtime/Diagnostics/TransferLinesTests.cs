using Ferry.Protocol;
using Ferry.Runtime.Diagnostics;
using Xunit;

namespace Ferry.Tests.Runtime.Diagnostics;

public sealed class TransferLinesTests : IDisposable
{
    private static readonly DownloadStatus Download = new(
        Some.Content(16).Id, "secret.pdf", 1_048_576, TransferState.Running, 0, 0, 0, 0, Some.Seconds(4), []);

    private static readonly UploadStatus Upload = new(
        Some.Transfer(1), Download.Content, "secret.pdf", Some.Node(2), TransferState.Running, 1_048_576, 0, 0, 0,
        TimeSpan.Zero, TimeSpan.Zero, 1);

    private readonly KeptLog _log = new();
    private readonly TransferLines _lines;

    public TransferLinesTests() => _lines = new TransferLines(_log);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_download_has_its_beginning_its_sources_and_its_end()
    {
        var content = Download.Content.Short;
        _lines.Tell(new Input.StartDownload(
            Download.Content, "secret.pdf", 1_048_576, [new KnownHolder(Some.Node(2), [])], null));
        Look(1, Download with { ReceivedBytes = 100, Sources = [From(2, 100)] });
        Look(2, Download with { ReceivedBytes = 200, Sources = [From(2, 100), From(3, 100)] });
        _lines.Tell(new Notice.DownloadCompleted(
            Download with { ReceivedBytes = 1_100_000, ResentBytes = 51_424, Sources = [From(2, 1_100_000)] }, "/x",
            AlreadyThere: false));

        var (two, three) = ($"{Some.Node(2).Short} over tcp (1 hop)", $"{Some.Node(3).Short} over tcp (1 hop)");
        Assert.Equal(
        [
            $"Download {content} starts: 1048576 bytes, 1 holders known",
            $"Download {content} comes from {two}",
            $"Download {content} comes from {two}, {three}",
            $"Download {content} is complete: 1048576 bytes in 4 s, 262144 bytes/s, 51424 bytes came again, from {two}",
        ], _log.Plain);
    }

    [Fact]
    public void A_stall_is_told_once_with_its_reason_and_when_it_is_over()
    {
        var content = Download.Content.Short;
        Look(0, Download with { ReceivedBytes = 100, DurableBytes = 524_288 });
        foreach (var second in (int[])[15, 20, 30])
            Look(second, Download with { ReceivedBytes = 100, DurableBytes = 524_288 });
        Look(35, Download with { ReceivedBytes = 200, DurableBytes = 524_288, Sources = [From(2, 200)] });

        Assert.Equal(
        [
            $"Download {content} is taken up from the log at 50 %",
            $"Download {content} is stalled at 50 %: no holder can be reached",
            $"Download {content} goes on at 50 %, from {Some.Node(2).Short} over tcp (1 hop)",
        ], _log.Plain);
    }

    [Fact]
    public void A_pause_is_told_at_once_and_without_the_words_of_the_disk()
    {
        Look(0, Download);
        var full = new Reason("/home/a/secret.pdf: no space left", IsOfDisk: true);
        _lines.Tell(new Notice.DownloadPaused(Download with { Pause = full }, full));
        _lines.Tell(new Notice.DownloadFailed(Download, new Reason("cancelled")));

        Assert.EndsWith("is stalled at 0 %: the disk does not take it", _log.Plain[1], StringComparison.Ordinal);
        Assert.EndsWith("has failed at 0 %: cancelled", _log.Plain[2], StringComparison.Ordinal);
    }

    [Fact]
    public void An_upload_has_its_beginning_its_stalls_and_its_end()
    {
        var upload = $"{Upload.Content.Short} to {Some.Node(2).Short} ({Upload.Transfer.ToString()[..10]})";
        Look(Upload);
        Look(Upload with { AckedBytes = 100, SinceAck = Some.Seconds(20), Hops = 0 });
        Look(Upload with { AckedBytes = 100, SinceAck = Some.Seconds(25), Hops = 0 });
        Look(Upload with { AckedBytes = 100, SinceAck = Some.Seconds(30), Hops = 0 });
        Look(Upload with { AckedBytes = 200 });
        _lines.Tell(new Notice.UploadEnded(
            Upload with { AckedBytes = 1_048_576, SentBytes = 1_100_000, BytesPerSecond = 5000 }, "completed"));

        Assert.Equal(
        [
            $"Upload {upload} starts: 1048576 bytes",
            $"Upload {upload} is stalled at 100 bytes: there is no route to it",
            $"Upload {upload} goes on at 200 bytes",
            $"Upload {upload} has ended, completed: 1100000 bytes sent, 1048576 ACKed by then, 5000 bytes/s at last",
        ], _log.Plain);
    }

    [Fact]
    public void Names_are_for_debugging_only()
    {
        _lines.Tell(new Input.StartDownload(Download.Content, "secret.pdf", 1, [], null));
        Look(Upload);

        Assert.DoesNotContain(_log.Plain, line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(2, _log.Lines.Count(line => line.EndsWith("is secret.pdf", StringComparison.Ordinal)));
    }

    private static SourceStatus From(int node, long bytes) => new(Some.Node(node), 1, "tcp", bytes, 1, Active: true);

    private void Look(int second, DownloadStatus status) => _lines.Look([status], [], Some.Seconds(second));

    private void Look(UploadStatus status) => _lines.Look([], [status], TimeSpan.Zero);
}
