using System.Text;
using Ferry.Storage.Shares;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

/// <summary>What is shared lies in the index on disk, in the order of its paths, and not in memory.</summary>
public sealed class ManyFilesTests
{
    [Fact]
    public void Paths_are_in_the_order_of_their_bytes_as_the_index_has_them()
    {
        string[] parts = ["a", "A", "/", ".", "0", "-", "é", "\u00ad", "\ud7ff", "\ue000", "\uffff", "😀", "𐀀"];
        string[] pairs = [.. parts.SelectMany(one => parts.Select(two => one + two))];
        string[] paths = [.. pairs.SelectMany(one => parts.Select(two => one + two))];
        var byBytes = paths.OrderBy(path => Convert.ToHexString(Encoding.UTF8.GetBytes(path)), StringComparer.Ordinal);
        Assert.Equal(byBytes, paths.Order(PathOrder.Instance));
    }

    [Fact]
    public async Task Rescan_of_names_that_lie_around_those_of_folders_changes_nothing()
    {
        await using var bench = new IndexBench();
        string[] names =
        [
            "a.txt", "a/x.txt", "a/b/y.txt", "a/b.txt", "a-b", "a0", "a!", "A/z", "é/1", "😀/2", "😀.txt", "\uffee3",
        ];
        foreach (var name in names) bench.Write(name, name);
        await bench.Share();
        await bench.Settle();
        Assert.Equal(names.Length, bench.Index.List().Count(file => file.State == ShareState.Ready));
        var changes = 0;
        bench.Index.Updated += (_, _) => changes++;
        await bench.RescanAndSettle();
        Assert.Equal((0, names.Length), (changes, bench.Index.FilesHashed));
        Directory.Delete(Path.Combine(bench.Shared, "a"), recursive: true);
        await bench.RescanAndSettle();
        Assert.Equal(
            names.Where(name => !name.StartsWith("a/", StringComparison.Ordinal)).Order(),
            bench.Index.List().Select(file => file.Name["photos/".Length..]).Order());
    }

    [Fact]
    public async Task Unshared_files_leave_the_index()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 20; i++) bench.Write($"{i}.txt", $"{i}");
        await bench.Share();
        await bench.Settle();
        bench.Index.RemoveRoot(bench.Shared);
        Assert.Empty(bench.Index.List());
        await bench.Settle();
        var index = Path.Combine(bench.Home, "index.db");
        using var connection = new SqliteConnection($"Data Source={index};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM files";
        Assert.Equal(0L, command.ExecuteScalar());
    }

    [Fact]
    public async Task Names_that_fit_are_counted_however_many_and_the_best_are_told()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 300; i++) bench.Write($"{i:000} song.flac", $"{i}");
        bench.Write("song.flac", "the song");
        await bench.Share();
        await bench.Settle();
        var found = bench.Index.Match("song", null, 3, similar: true);
        Assert.Equal(301, found.Fitting);
        Assert.Equal(
            ["photos/song.flac", "photos/000 song.flac", "photos/001 song.flac"],
            found.Best.Select(match => match.Name));
    }

    /// <summary>
    /// A record of each file in memory would be some hundred bytes. Alone, since it looks at the memory of the process.
    /// </summary>
    [Collection(nameof(Alone))]
    public sealed class Memory
    {
        private const int Files = 20_000;

        [Fact]
        public async Task Does_not_grow_with_the_files()
        {
            await using var bench = new IndexBench();
            for (var i = 0; i < Files; i++) bench.Write($"{i % 40}/a picture with a name {i}.jpeg", $"{i}");
            bench.Write("first.txt", "first");
            bench.Index.AddRoot(Path.Combine(bench.Shared, "first.txt"));
            await bench.Settle();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await bench.Share();
            await bench.Settle();
            Assert.Single(bench.Index.Match("picture with a name 777.jpeg", null, 10, similar: true).Best);
            Assert.Equal(Files + 1, Assert.Single(bench.Index.Progress(), share => share.Files > 1).FilesHashed);
            var after = GC.GetTotalMemory(forceFullCollection: true);
            Assert.InRange((after - before) / Files, -1000, 100);
            GC.KeepAlive(bench.Index);
        }
    }
}
