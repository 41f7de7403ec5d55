using System.Globalization;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A search shows all that there is, or says what it does not show.</summary>
public sealed class NodeSearchTests : IAsyncDisposable
{
    private readonly NodeStage _stage = new();

    [Fact]
    public async Task All_hits_of_many_nodes_are_shown_and_the_best_is_taken_among_them()
    {
        var requester = await _stage.StartAsync("requester");
        for (var node = 0; node < 5; node++)
        {
            var holder = await _stage.StartAsync($"holder-{node}");
            var names = Enumerable.Range(0, 100).Select(i => $"readme_{node}_{i}").ToList();
            if (node == 3) names[50] = "readme";
            await ShareAsync(holder, $"files-{node}", names);
            await _stage.JoinAsync(requester, holder);
        }

        for (var time = 0; time < 3; time++)
        {
            var (hits, remarks) = await SearchAsync(requester, "*_*");
            Assert.Equal((499, 0), (hits.Count, remarks.Count));
        }
        var options = new RequestOptions("readme", null, First: true);
        var completed = Assert.IsType<RequestEvent.Completed>((await _stage.RequestAsync(requester, options))[^1]);
        Assert.Equal(("readme", HitMatch.Exact), (Path.GetFileName(completed.Path), completed.Match));
    }

    [Fact]
    public async Task What_a_holder_leaves_out_is_said()
    {
        var holder = await _stage.StartAsync("holder");
        var requester = await _stage.StartAsync("requester");
        await ShareAsync(holder, "files", Enumerable.Range(0, 150).Select(i => $"song {i}"));
        await _stage.JoinAsync(requester, holder);

        var (hits, remarks) = await SearchAsync(requester, "song");

        Assert.Equal(100, hits.Count);
        Assert.StartsWith("50 more", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_comes_over_nine_hops()
    {
        var holder = await _stage.StartAsync("holder");
        var source = _stage.MakeFile("files", "song.flac", 100_000);
        await _stage.ShareAsync(holder, source);
        var last = holder;
        for (var hop = 1; hop <= 9; hop++)
        {
            var next = await _stage.StartAsync($"node-{hop}");
            await _stage.JoinAsync(next, last);
            last = next;
        }

        var completed = Assert.IsType<RequestEvent.Completed>((await _stage.RequestAsync(last, "song.flac"))[^1]);

        NodeStage.AssertSameFile(source, completed.Path);
        Assert.Equal(9, Assert.Single(completed.Sources).Hops);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    private async Task ShareAsync(FerryNode node, string folder, IEnumerable<string> names)
    {
        var path = _stage.PathOf(folder);
        Directory.CreateDirectory(path);
        var count = 0;
        foreach (var name in names)
        {
            var content = $"{folder} {(count++).ToString(CultureInfo.InvariantCulture)}";
            await File.WriteAllTextAsync(Path.Combine(path, name), content, _stage.Limit);
        }
        await node.ShareAsync(path, hidden: false, _stage.Limit);
        await _stage.UntilAsync(async () =>
        {
            var files = await node.FilesAsync(_stage.Limit).ToListAsync(_stage.Limit);
            return files.Count == count + 1 /* the folder */ && files.All(file => file.State == FileState.Ready);
        });
    }

    private async Task<(HashSet<string> Names, List<string> Remarks)> SearchAsync(FerryNode node, string query)
    {
        var (names, remarks) = (new HashSet<string>(), new List<string>());
        await foreach (var told in node.SearchAsync(query, isPublic: false, _stage.Limit))
        {
            if (told is RequestEvent.Found found) names.Add(found.Name);
            if (told is RequestEvent.Remark remark) remarks.Add(remark.Text);
        }
        return (names, remarks);
    }
}
