using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>The file that comes is the one that was asked for, or none.</summary>
public sealed class NodeNameTests : IAsyncDisposable
{
    private readonly NodeStage _stage = new();
    private FerryNode? _holder;

    [Theory]
    [InlineData("report-2026-11.pdf", "report-2026-10.pdf", false)]
    [InlineData("holydays.jpg", "holidays.jpg", true)]
    [InlineData("1.txt", "21.txt", true)]
    public async Task A_name_that_is_only_near_is_not_taken_unseen(string asked, string offered, bool firstTakesIt)
    {
        var (requester, source) = await PairAsync(offered);

        var failed = Assert.IsType<RequestEvent.Failed>((await _stage.RequestAsync(requester, asked))[^1]);
        Assert.Equal(FailureKind.NothingFound, failed.Kind);
        Assert.Equal(offered, Assert.Single(failed.Choices!).Name);

        var end = (await _stage.RequestAsync(requester, new RequestOptions(asked, null, First: true)))[^1];
        if (firstTakesIt)
        {
            var completed = Assert.IsType<RequestEvent.Completed>(end);
            Assert.NotEqual(HitMatch.Exact, completed.Match);
            NodeStage.AssertSameFile(source, completed.Path);
        }
        else
        {
            Assert.Equal(FailureKind.NothingFound, Assert.IsType<RequestEvent.Failed>(end).Kind);
        }
    }

    [Fact]
    public async Task Equal_files_are_listed_under_each_of_their_names()
    {
        var (requester, source) = await PairAsync("a.lock");
        File.Copy(source, Path.Combine(Path.GetDirectoryName(source)!, "b.lock"));
        File.Copy(source, Path.Combine(Path.GetDirectoryName(source)!, "c.lock"));
        await _holder!.ShareAsync(Path.GetDirectoryName(source)!, hidden: false, _stage.Limit);
        await _stage.UntilAsync(async () => await _holder!.FilesAsync(_stage.Limit)
            .CountAsync(file => file.State == FileState.Ready, _stage.Limit) == 5); // One is the folder.

        var hits = new Dictionary<string, SearchHitInfo>();
        await foreach (var told in requester.SearchAsync("files/*.lock", isPublic: false, _stage.Limit))
            if (told is RequestEvent.Found { Hit: var hit }) hits[hit.Name] = hit;

        Assert.Equal(["files/a.lock", "files/b.lock", "files/c.lock"], hits.Keys.Order(StringComparer.Ordinal));
        Assert.Single(hits.Values.Select(hit => hit.ContentId).Distinct());
    }

    [Fact]
    public async Task The_name_that_was_asked_for_exists_though_the_content_lies_here_under_another()
    {
        var (requester, source) = await PairAsync("one.txt");
        var renamed = Path.Combine(_stage.PathOf("mine"), "my one.txt");
        Directory.CreateDirectory(_stage.PathOf("mine"));
        File.Copy(source, renamed);
        await _stage.ShareAsync(requester, renamed);

        var completed = Assert.IsType<RequestEvent.Completed>((await _stage.RequestAsync(requester, "one.txt"))[^1]);
        Assert.Equal("one.txt", Path.GetFileName(completed.Path));
        NodeStage.AssertSameFile(source, completed.Path);

        var again = Assert.IsType<RequestEvent.Completed>((await _stage.RequestAsync(requester, "one.txt"))[^1]);
        Assert.Equal((completed.Path, true), (again.Path, again.AlreadyThere));
    }

    [Fact]
    public async Task A_file_that_was_changed_at_its_holder_comes_again_and_the_old_one_stays()
    {
        var (requester, source) = await PairAsync("plan.txt");
        var old = Assert.IsType<RequestEvent.Completed>((await _stage.RequestAsync(requester, "plan.txt"))[^1]);
        var bytes = await File.ReadAllBytesAsync(old.Path, _stage.Limit);
        await File.WriteAllTextAsync(source, "the new plan", _stage.Limit);
        await _stage.UntilAsync(async () => await _holder!.FilesAsync(_stage.Limit)
            .AllAsync(file => file.ContentId is { } id && id != old.ContentId, _stage.Limit));

        foreach (var first in new[] { false, true })
        {
            var events = await _stage.RequestAsync(requester, new RequestOptions("plan.txt", null, first));
            var completed = Assert.IsType<RequestEvent.Completed>(events[^1]);
            Assert.Contains(old.Path, Assert.Single(Remarks(events)), StringComparison.Ordinal);
            Assert.Equal(first, completed.AlreadyThere);
            Assert.Equal("the new plan", await File.ReadAllTextAsync(completed.Path, _stage.Limit));
            Assert.NotEqual(old.Path, completed.Path);
        }
        Assert.Equal(bytes, await File.ReadAllBytesAsync(old.Path, _stage.Limit));
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    private static IEnumerable<string> Remarks(IEnumerable<RequestEvent> events) =>
        events.OfType<RequestEvent.Remark>().Select(remark => remark.Text);

    /// <summary>A node that is linked to one that offers a file.</summary>
    private async Task<(FerryNode Requester, string Source)> PairAsync(string name)
    {
        var holder = _holder = await _stage.StartAsync("holder");
        var requester = await _stage.StartAsync("requester");
        var source = _stage.MakeFile("files", name, 100_000);
        await _stage.ShareAsync(holder, source);
        await _stage.JoinAsync(requester, holder);
        return (requester, source);
    }
}
