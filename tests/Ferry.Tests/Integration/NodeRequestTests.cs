using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

public sealed class NodeRequestTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(50_000_000)]
    public async Task A_file_comes_from_a_neighbour(int bytes)
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", bytes);
        await stage.ShareAsync(holder, source);
        await stage.JoinAsync(requester, holder);

        var events = await stage.RequestAsync(requester, "song.flac");

        var completed = Assert.IsType<RequestEvent.Completed>(events[^1]);
        Assert.Equal(bytes, completed.Bytes);
        Assert.False(completed.AlreadyThere);
        NodeStage.AssertSameFile(source, completed.Path);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_treated_as_its_user_says()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", 100_000);
        var older = stage.MakeFile("older", "song.flac", 10);
        await stage.ShareAsync(holder, source);
        await stage.JoinAsync(requester, holder);
        var options = new RequestOptions("song.flac", older, First: false);

        var skipped = await stage.RequestAsync(requester, options with { OnConflict = OnConflict.Skip });
        Assert.Equal(older, Assert.IsType<RequestEvent.Skipped>(skipped[^1]).Path);
        var taken = await stage.RequestAsync(requester, options with { OnConflict = OnConflict.Overwrite });
        Assert.Equal(older, Assert.IsType<RequestEvent.Completed>(taken[^1]).Path);
        NodeStage.AssertSameFile(source, older);
    }

    [Fact]
    public async Task A_file_comes_through_a_relay()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var relay = await stage.StartAsync("relay");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", 5_000_000);
        await stage.ShareAsync(holder, source);
        await stage.JoinAsync(relay, holder);
        await stage.JoinAsync(requester, relay);

        var completed = Assert.IsType<RequestEvent.Completed>((await stage.RequestAsync(requester, "song.flac"))[^1]);

        NodeStage.AssertSameFile(source, completed.Path);
        Assert.Equal(2, Assert.Single(completed.Sources).Hops);
    }

    [Fact]
    public async Task A_file_comes_from_two_holders()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", 50_000_000);
        await stage.ShareAsync(one, source);
        await stage.ShareAsync(two, source);
        await stage.JoinAsync(requester, one);
        await stage.JoinAsync(requester, two);

        var completed = Assert.IsType<RequestEvent.Completed>((await stage.RequestAsync(requester, "song.flac"))[^1]);

        NodeStage.AssertSameFile(source, completed.Path);
        Assert.Equal(2, completed.Sources.Count);
    }

    [Fact]
    public async Task The_holder_s_log_is_empty_after_the_receipt()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        await stage.ShareAsync(holder, stage.MakeFile("files", "song.flac", 3_000_000));
        await stage.JoinAsync(requester, holder);

        await stage.RequestAsync(requester, "song.flac");

        await stage.UntilAsync(async () => (await holder.StatusAsync(stage.Limit)).TransfersUnfinished == 0);
        Assert.Equal(0, (await requester.StatusAsync(stage.Limit)).TransfersUnfinished);
    }

    [Fact]
    public async Task What_was_downloaded_is_there_already()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        await stage.ShareAsync(holder, stage.MakeFile("files", "song.flac", 100_000));
        await stage.JoinAsync(requester, holder);
        var first = Assert.IsType<RequestEvent.Completed>((await stage.RequestAsync(requester, "song.flac"))[^1]);

        var again = Assert.IsType<RequestEvent.Completed>((await stage.RequestAsync(requester, first.ContentId))[^1]);

        Assert.True(again.AlreadyThere);
        Assert.Equal(first.Path, again.Path);
    }

    [Fact]
    public async Task Two_contents_of_one_name_are_for_the_user_to_choose()
    {
        await using var stage = new NodeStage();
        var one = await stage.StartAsync("one");
        var two = await stage.StartAsync("two");
        var requester = await stage.StartAsync("requester");
        await stage.ShareAsync(one, stage.MakeFile("first", "song.flac", 1000));
        await stage.ShareAsync(two, stage.MakeFile("second", "song.flac", 2000));
        await stage.JoinAsync(requester, one);
        await stage.JoinAsync(requester, two);

        var ambiguous = Assert.IsType<RequestEvent.Ambiguous>((await stage.RequestAsync(requester, "song.flac"))[^1]);

        Assert.Equal([1000, 2000], ambiguous.Choices.Select(choice => choice.Size).Order());
    }

    [Fact]
    public async Task What_nobody_has_is_not_found()
    {
        await using var stage = new NodeStage();
        var node = await stage.StartAsync("node");

        var failed = Assert.IsType<RequestEvent.Failed>((await stage.RequestAsync(node, "song.flac"))[^1]);

        Assert.Equal(FailureKind.NothingFound, failed.Kind);
    }
}
