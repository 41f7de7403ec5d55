using Ferry.Protocol.Content;
using Ferry.Storage.Shares;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class IndexDamageTests
{
    [Fact]
    public async Task Index_that_is_no_database_is_moved_aside_and_said()
    {
        await using var bench = new IndexBench();
        File.WriteAllText(Path.Combine(bench.Home, "index.db"), new string('?', 10_000));
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
        Assert.True(File.Exists(Path.Combine(bench.Home, "index.db.damaged")));
        Assert.Contains("shared again", Assert.Single(bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_with_damaged_pages_keeps_the_shares_and_hashes_again()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 500; i++) bench.Write($"{i:d3}.txt", $"{i}");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        await bench.Index.DisposeAsync();
        Overwrite(Path.Combine(bench.Home, "index.db"), fromPage: 7);
        await bench.Restart();
        Assert.Equal(500, bench.Index.List().Count(file => file.State == ShareState.Ready));
        Assert.Equal(500, bench.Index.FilesHashed);
        Assert.Contains("hashed again", Assert.Single(bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_of_another_version_is_made_anew()
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        await bench.Index.DisposeAsync();
        Execute(bench, "PRAGMA user_version = 99");
        await bench.Restart();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
        Assert.Contains("version 99", Assert.Single(bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_whose_leaves_are_lost_or_false_is_hashed_again()
    {
        await using var bench = new IndexBench();
        var lost = bench.Write("lost.txt", "lost");
        var wrong = bench.Write("wrong.txt", "wrong");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var (lostId, wrongId) = (bench.ContentOf(lost)!.Value, bench.ContentOf(wrong)!.Value);
        await bench.Index.DisposeAsync();
        Execute(bench, $"DELETE FROM manifests WHERE content = x'{lostId}'");
        Execute(bench, $"UPDATE manifests SET leaves = zeroblob(32) WHERE content = x'{wrongId}'");
        await bench.Restart();
        Assert.Null(bench.Index.Find(lostId));
        Assert.Null(bench.Index.Find(wrongId));
        await bench.Settle();
        Assert.NotNull(bench.Index.Find(lostId));
        Assert.NotNull(bench.Index.Find(wrongId));
        Assert.Equal(2, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Index_that_cannot_be_written_does_not_stop_sharing()
    {
        await using var bench = new IndexBench();
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Execute(bench, "CREATE TRIGGER full BEFORE INSERT ON manifests BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
        var path = bench.Write("x.txt", "x");
        await bench.RescanAndSettle();
        var content = bench.ContentOf(path)!.Value;
        Assert.NotNull(bench.Index.Find(content));
        Assert.Contains("disk is full", Assert.Single(bench.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_shared_while_the_disk_was_full_is_saved_when_it_has_room()
    {
        await using var bench = new IndexBench();
        bench.Write("before.txt", "before");
        await bench.Share();
        await bench.Settle();
        Execute(bench, "CREATE TRIGGER full BEFORE INSERT ON manifests BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
        bench.Write("x.txt", "x");
        await bench.RescanAndSettle();
        bench.Write("y.txt", "y");
        await bench.RescanAndSettle();
        Assert.Equal("photos/before.txt Ready, photos/x.txt Ready, photos/y.txt Ready", bench.Listing());
        Execute(bench, "DROP TRIGGER full");
        await bench.RescanAndSettle();
        await bench.Restart();
        Assert.Equal("photos/before.txt Ready, photos/x.txt Ready, photos/y.txt Ready", bench.Listing());
        Assert.Equal(0, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Fault_in_the_background_is_told_and_nobody_waits_for_ever()
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        await bench.Settle();
        bench.Index.Updated += (_, _) => throw new InvalidOperationException("broken");
        bench.Index.AddRoot(bench.Shared);
        await Assert.ThrowsAsync<InvalidOperationException>(bench.Settle);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Index.Completion);
    }

    [Fact]
    public void Manifests_used_last_are_kept_within_the_bound()
    {
        var cache = new ManifestCache();
        var manifests = Enumerable.Range(0, 10)
            .Select(i => Manifest.Create(ChunkLayout.ContentBytesMax - i, new byte[8 << 20])).ToArray();
        foreach (var manifest in manifests)
        {
            cache.Add(manifest);
            Assert.True(cache.TryGet(manifests[0].Id, out _));
        }
        Assert.False(cache.TryGet(manifests[1].Id, out _));
        Assert.True(cache.TryGet(manifests[9].Id, out _));
    }

    private static void Overwrite(string path, int fromPage)
    {
        var bytes = File.ReadAllBytes(path);
        Array.Fill(bytes, (byte)0x5a, 4096 * fromPage, bytes.Length - 4096 * fromPage);
        File.WriteAllBytes(path, bytes);
    }

    private static void Execute(IndexBench bench, string sql)
    {
        var path = Path.Combine(bench.Home, "index.db");
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
