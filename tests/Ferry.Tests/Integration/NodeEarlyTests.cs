using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Who asks too early hears why there is nothing yet, and may wait.</summary>
public sealed class NodeEarlyTests : IAsyncDisposable
{
    /// <summary>Sparse, and long in the hashing.</summary>
    private const long BigFile = 40L << 30;

    private readonly NodeStage _stage = new();

    [Theory]
    [InlineData("holder")]
    [InlineData("requester")]
    public async Task A_file_that_is_being_hashed_is_told_of(string where)
    {
        var holder = await _stage.StartAsync("holder");
        var requester = await _stage.StartAsync("requester");
        await _stage.JoinAsync(requester, holder);
        var sharer = where == "holder" ? holder : requester;
        await sharer.ShareAsync(MakeBig("film.mkv"), hidden: false, _stage.Limit);
        await _stage.UntilAsync(async () => await sharer.FilesAsync(_stage.Limit)
            .AnyAsync(file => file.State == FileState.Hashing, _stage.Limit));

        var failed = Assert.IsType<RequestEvent.Failed>((await _stage.RequestAsync(requester, "film.mkv"))[^1]);

        Assert.Equal(FailureKind.NothingFound, failed.Kind);
        Assert.Contains("film.mkv is being hashed", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(" %", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(where == "requester", failed.Reason.Contains("hashed here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_join_that_is_under_way_is_told_of()
    {
        var node = await _stage.StartAsync(_stage.OptionsOf("node") with { Join = ["tcp://127.0.0.1:1"] });

        var failed = Assert.IsType<RequestEvent.Failed>((await _stage.RequestAsync(node, "song.flac"))[^1]);

        Assert.Contains("joining tcp://127.0.0.1:1", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_waits_takes_the_file_when_somebody_has_it()
    {
        var holder = await _stage.StartAsync("holder");
        var requester = await _stage.StartAsync("requester");
        var source = _stage.MakeFile("files", "song.flac", 100_000);
        RequestEvent? last = null;
        var reasons = new List<string>();
        var options = new RequestOptions("song.flac", null, First: false) { Wait = true };
        await foreach (var told in requester.RequestAsync(options, _stage.Limit))
        {
            last = told;
            if (told is not RequestEvent.Waiting waiting) continue;
            reasons.Add(waiting.Reason);
            if (reasons.Count > 1) continue;
            await _stage.JoinAsync(requester, holder);
            await _stage.ShareAsync(holder, source);
        }

        NodeStage.AssertSameFile(source, Assert.IsType<RequestEvent.Completed>(last).Path);
        Assert.NotEmpty(reasons);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    private string MakeBig(string name)
    {
        var path = _stage.MakeFile("big", name, 0);
        using var file = File.OpenWrite(path);
        file.SetLength(BigFile);
        return path;
    }
}
