using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>The file that comes is the one that was asked for, or none.</summary>
public sealed class NodeNameTests : IAsyncDisposable
{
    private readonly NodeStage _stage = new();

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

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    /// <summary>A node that is linked to one that offers a file.</summary>
    private async Task<(FerryNode Requester, string Source)> PairAsync(string name)
    {
        var holder = await _stage.StartAsync("holder");
        var requester = await _stage.StartAsync("requester");
        var source = _stage.MakeFile("files", name, 100_000);
        await _stage.ShareAsync(holder, source);
        await _stage.JoinAsync(requester, holder);
        return (requester, source);
    }
}
