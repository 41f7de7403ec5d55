using Ferry.Storage.Journal;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What a user sees of a write-ahead log that the disk has spoilt, or that a crash has cut short.</summary>
public sealed class DamagedLogTests : IDisposable
{
    private const int FileBytes = 64 << 20;

    /// <summary>More than a window of 32 MiB: one commit at least was ACKed, and another followed it.</summary>
    private const int Middle = 40 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Damage_is_told_and_kept_aside_and_the_download_goes_on()
    {
        await using var stage = await StopInTheMiddleAsync();
        var log = LogOf(stage.Requester);
        var bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        // One that tells of chunks, with sound ones behind it.
        bytes[Records(log)[^2] + JournalFrame.RecordHeadBytes] ^= 0x10;
        await File.WriteAllBytesAsync(log, bytes, TestContext.Current.CancellationToken);

        await stage.Requester.StartAsync();
        var warning = (await stage.Requester.DoAsync("status"))[0].Items("warnings")[0].GetString()!;
        Assert.Contains(log, warning, StringComparison.Ordinal);
        Assert.Contains("damaged", warning, StringComparison.Ordinal);
        Assert.Contains(warning, stage.Requester.Errors, StringComparison.Ordinal);
        var aside = Directory.GetFiles(Path.GetDirectoryName(log)!, "damaged-*");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.Single(aside), TestContext.Current.CancellationToken));
        Assert.Contains(aside[0], warning, StringComparison.Ordinal);

        await stage.AssertArrivesAsync();
    }

    [Fact]
    public async Task A_torn_tail_is_a_crash_like_any_other()
    {
        await using var stage = await StopInTheMiddleAsync();
        var log = LogOf(stage.Requester);
        await using (var file = File.OpenWrite(log)) file.SetLength(file.Length - 3);

        await stage.Requester.StartAsync();
        Assert.Empty((await stage.Requester.DoAsync("status"))[0].Items("warnings"));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(log)!, "damaged-*"));

        await stage.AssertArrivesAsync();
    }

    private static string LogOf(TestNode node) =>
        Assert.Single(Directory.GetFiles(Path.Combine(node.Home, "log"), "*.wal"));

    /// <summary>Where they begin: two that open the download, then those of its chunks, one for each commit.</summary>
    private static List<int> Records(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var found = new List<int>();
        var at = JournalFrame.SegmentHeadBytes;
        while (JournalFrame.TryRead(bytes.AsSpan(at), out _, out _, out var length))
        {
            found.Add(at);
            at += length;
        }
        return found;
    }

    private async Task<HalfwayTransfer> StopInTheMiddleAsync()
    {
        var transfer = await HalfwayTransfer.StartAsync(_folder, FileBytes, Middle);
        await Eventually.TrueAsync("chunks in the log", () => Records(LogOf(transfer.Requester)).Count > 3);
        await transfer.Requester.KillAsync();
        transfer.Wire.Open();
        return transfer;
    }
}
