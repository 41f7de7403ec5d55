using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class SharedLinkTests
{
    [Fact]
    public async Task Linked_file_is_offered_under_the_name_of_the_link()
    {
        await using var bench = new IndexBench();
        var link = Link(bench, "current.iso", bench.Write("v1.iso", "one"));
        bench.Index.AddRoot(link);
        await bench.Settle();
        Assert.Equal("current.iso", Assert.Single(bench.Index.Match("current.iso", null, 10, similar: true).Best).Name);
        Assert.Equal(IndexBench.ManifestOf("one").Id, Assert.Single(bench.Index.List()).Content);
    }

    [Fact]
    public async Task Linked_folder_is_offered_under_the_name_of_the_link()
    {
        await using var bench = new IndexBench();
        bench.Write("2024/x.txt", "x");
        bench.Index.AddRoot(Link(bench, "album", bench.Shared));
        await bench.Settle();
        Assert.Equal("album/2024/x.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Link_that_points_elsewhere_now_offers_what_is_there_also_over_a_restart()
    {
        await using var bench = new IndexBench();
        var link = Link(bench, "current.iso", bench.Write("v1.iso", "one"));
        bench.Index.AddRoot(link);
        await bench.Settle();
        Repoint(link, bench.Write("v2.iso", "two"));
        await bench.RescanAndSettle();
        var found = Assert.Single(bench.Index.Match("current.iso", null, 10, similar: true).Best);
        Assert.Equal(IndexBench.ManifestOf("two").Id, found.Content);
        Assert.Null(bench.Index.Find(IndexBench.ManifestOf("one").Id));
        await bench.Index.DisposeAsync();
        Repoint(link, bench.Write("v3.iso", "three"));
        await bench.Restart();
        Assert.Equal("current.iso Ready", bench.Listing());
        Assert.NotNull(bench.Index.Find(IndexBench.ManifestOf("three").Id));
    }

    [Fact]
    public async Task Link_is_unshared_after_it_was_pointed_elsewhere_or_at_nothing()
    {
        await using var bench = new IndexBench();
        var link = Link(bench, "current.iso", bench.Write("v1.iso", "one"));
        bench.Index.AddRoot(link);
        await bench.Settle();
        Repoint(link, Path.Combine(bench.Root, "nothing"));
        bench.Index.RemoveRoot(link);
        Assert.Empty(bench.Index.Progress());
        Assert.Equal("", bench.Listing());
    }

    [Fact]
    public async Task What_a_link_points_to_is_unshared_by_its_own_path_too_and_both_can_be_shared()
    {
        await using var bench = new IndexBench();
        var file = bench.Write("v1.iso", "one");
        var link = Link(bench, "current.iso", file);
        bench.Index.AddRoot(link);
        await bench.Settle();
        bench.Index.AddRoot(file);
        await bench.Settle();
        Assert.Equal(["current.iso", "v1.iso"], bench.Index.List().Select(shared => shared.Name).Order());
        Assert.Equal(1, bench.Index.FilesHashed);
        bench.Index.RemoveRoot(file);
        Assert.Equal("current.iso Ready", bench.Listing());
        bench.Index.RemoveRoot(file);
        Assert.Equal("", bench.Listing());
    }

    [Fact]
    public async Task One_folder_by_two_paths_of_one_name_is_shared_once()
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        var detour = Link(bench, "detour", bench.Root);
        bench.Index.AddRoot(bench.Shared);
        bench.Index.AddRoot(Path.Combine(detour, "photos"));
        await bench.Settle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
        bench.Index.RemoveRoot(Path.Combine(detour, "photos"));
        Assert.Empty(bench.Index.Progress());
    }

    [Fact]
    public async Task Link_that_is_pointed_at_the_home_or_a_key_offers_nothing()
    {
        await using var bench = new IndexBench();
        var key = Path.Combine(bench.Home, "node.key");
        File.WriteAllText(key, "secret");
        var link = Link(bench, "current", bench.Shared);
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(link);
        await bench.Settle();
        foreach (var target in new[] { bench.Home, key, Path.Combine(bench.Home, "index.db") })
        {
            Repoint(link, target);
            await bench.RescanAndSettle();
            var left = Assert.Single(bench.Index.List());
            Assert.Equal(ShareState.Unreadable, left.State);
            Assert.Contains("key", left.Reason, StringComparison.Ordinal);
        }
    }

    private static string Link(IndexBench bench, string name, string target)
    {
        var link = Path.Combine(bench.Root, name);
        File.CreateSymbolicLink(link, target);
        return link;
    }

    private static void Repoint(string link, string target)
    {
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }
}
