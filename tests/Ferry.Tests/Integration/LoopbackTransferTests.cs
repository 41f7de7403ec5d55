using Ferry.Protocol.Content;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Nodes in processes of their own, joined over the loopback interface, used as people use them.</summary>
public sealed class LoopbackTransferTests : IDisposable
{
    private const int Megabyte = 1 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_comes_whole_from_a_neighbour()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester");
        var source = Contents.Write(_folder["song.flac"], 5 * Megabyte + 17);
        var contentId = await holder.ShareAsync(source);
        await requester.JoinAsync(holder);

        var completed = await requester.FetchAsync("song.flac");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(5 * Megabyte + 17, completed.Number("bytes"));
        Assert.Equal(contentId, completed.Text("contentId"));
        Assert.Equal(0, completed.Number("resent"));
        var only = Assert.Single(completed.Items("sources"));
        Assert.Equal((holder.Id, 1L, "tcp"), (only.Text("node"), only.Number("hops"), only.Text("transport")));
        await holder.WaitForNoTransfersAsync();
        await requester.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task A_file_comes_over_three_hops()
    {
        await using var holder = await TestNode.StartAsync(_folder, "a");
        await using var near = await TestNode.StartAsync(_folder, "b", "--join", holder.Address);
        await using var far = await TestNode.StartAsync(_folder, "c", "--join", near.Address);
        await using var requester = await TestNode.StartAsync(_folder, "d", "--join", far.Address);
        var source = Contents.Write(_folder["map.bin"], 3 * Megabyte);
        await holder.ShareAsync(source);
        await near.WaitForPeersAsync(2);
        await far.WaitForPeersAsync(2);

        var completed = await requester.FetchAsync("map.bin");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(3, Assert.Single(completed.Items("sources")).Number("hops"));
        Assert.Contains(await requester.DoAsync("routes"), route => route.Text("destination") == holder.Id);
        foreach (var node in new[] { holder, near, far, requester }) await node.WaitForNoTransfersAsync();
    }

    [Theory]
    [InlineData("nothing.txt", 0)]
    [InlineData("one.txt", 1)]
    [InlineData("a chunk.bin", 64 * 1024)]
    [InlineData("Grüße, 世界 ☂.txt", 1000)]
    public async Task A_file_of_this_size_and_name_arrives(string name, int bytes)
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        var source = Contents.Write(_folder[name], bytes);
        await holder.ShareAsync(source);

        var completed = await requester.FetchAsync(name);

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(name, Path.GetFileName(completed.Text("path")));
    }

    [Fact]
    public async Task A_name_as_long_as_file_systems_allow_arrives()
    {
        var name = new string('n', 251) + ".txt";
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        var source = Contents.Write(_folder[name], 12_345);
        await holder.ShareAsync(source);

        var completed = await requester.FetchAsync(name);

        Contents.AssertSame(source, completed.Text("path"));
    }

    [Fact]
    public async Task Two_holders_of_one_content_are_one_choice()
    {
        await using var one = await TestNode.StartAsync(_folder, "one");
        await using var two = await TestNode.StartAsync(_folder, "two");
        await using var requester = await TestNode.StartAsync(
            _folder, "requester", "--join", one.Address, "--join", two.Address);
        _folder.NewFolder("other");
        var source = Contents.Write(_folder["twice.bin"], 20 * Megabyte);
        await one.ShareAsync(source);
        await two.ShareAsync(Contents.Write(_folder["other/twice.bin"], 20 * Megabyte));
        await requester.WaitForPeersAsync(2);

        var completed = await requester.FetchAsync("twice.bin");

        Contents.AssertSame(source, completed.Text("path"));
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_done_at_once()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        await holder.ShareAsync(Contents.Write(_folder["same.bin"], Megabyte));
        var first = await requester.FetchAsync("same.bin");

        var second = await requester.FetchAsync("same.bin");

        Assert.True(second.Flag("alreadyThere"));
        Assert.Equal(first.Text("path"), second.Text("path"));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(first.Text("path"))!, "same*"));
    }

    [Fact]
    public async Task Another_file_of_that_name_is_not_overwritten()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        var source = Contents.Write(_folder["notes.txt"], 5000);
        await holder.ShareAsync(source);
        Directory.CreateDirectory(requester.Downloads);
        var mine = Path.Combine(requester.Downloads, "notes.txt");
        await File.WriteAllTextAsync(mine, "mine", TestContext.Current.CancellationToken);

        var completed = await requester.FetchAsync("notes.txt");

        Assert.NotEqual(mine, completed.Text("path"));
        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal("mine", await File.ReadAllTextAsync(mine, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Output_puts_the_file_where_the_user_wants_it()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        var source = Contents.Write(_folder["far.bin"], Megabyte);
        await holder.ShareAsync(source);

        var completed = await requester.FetchAsync("far.bin", "--output", _folder["near.bin"]);

        Assert.Equal(_folder["near.bin"], completed.Text("path"));
        Contents.AssertSame(source, _folder["near.bin"]);
    }

    [Fact]
    public async Task What_a_node_has_itself_is_copied_to_where_its_user_wants_it()
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        var source = Contents.Write(_folder["mine.bin"], Megabyte);
        await node.ShareAsync(source);

        var completed = await node.FetchAsync("mine.bin", "--output", _folder["copy.bin"]);

        Assert.Equal(_folder["copy.bin"], completed.Text("path"));
        Assert.False(completed.Flag("alreadyThere"));
        Contents.AssertSame(source, _folder["copy.bin"]);
        Assert.Empty(await node.DoAsync("transfers"));
    }

    [Fact]
    public async Task Two_contents_of_one_name_are_shown_and_not_mixed()
    {
        await using var one = await TestNode.StartAsync(_folder, "one");
        await using var two = await TestNode.StartAsync(_folder, "two");
        await using var requester = await TestNode.StartAsync(
            _folder, "requester", "--join", one.Address, "--join", two.Address);
        _folder.NewFolder("other");
        var first = Contents.Write(_folder["report.pdf"], 40_000, seed: 1);
        var second = Contents.Write(_folder["other/report.pdf"], 50_000, seed: 2);
        var ids = new[] { await one.ShareAsync(first), await two.ShareAsync(second) };
        await requester.WaitForPeersAsync(2);

        await using var run = requester.Request("report.pdf");
        var ended = await run.EndAsync();

        Assert.Equal(1, ended.Code);
        var choices = ended.Objects.Single(item => item.IsEvent("ambiguous")).Items("choices");
        Assert.Equal(ids.ToHashSet(), choices.Select(choice => choice.Text("contentId")).ToHashSet());

        var taken = await requester.FetchAsync("report.pdf", "--first");
        Contents.AssertSame(taken.Text("contentId") == ids[0] ? first : second, taken.Text("path"));

        var picked = await requester.FetchAsync(ids[1]);
        Contents.AssertSame(second, picked.Text("path"));
    }

    [Fact]
    public async Task A_source_that_changed_is_never_delivered_as_what_it_was()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        var source = Contents.Write(_folder["draft.bin"], 2 * Megabyte, seed: 1);
        var contentId = await holder.ShareAsync(source);
        Contents.Write(source, 2 * Megabyte, seed: 2);

        await using var run = requester.Request(contentId);
        var ended = await run.EndAsync();

        Assert.Contains(ended.Code, new[] { 1, 3 });
        Assert.NotEqual("", ended.Errors);
    }

    [Fact]
    public async Task What_was_downloaded_is_offered_on()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var middle = await TestNode.StartAsync(_folder, "middle", "--join", holder.Address);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", middle.Address);
        var source = Contents.Write(_folder["passed.bin"], Megabyte);
        await holder.ShareAsync(source);
        await middle.FetchAsync("passed.bin");
        await holder.KillAsync();

        var completed = await requester.FetchAsync("passed.bin");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(middle.Id, Assert.Single(completed.Items("sources")).Text("node"));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_sparse_file_of_20_GB_arrives()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        var source = _folder["huge.img"];
        await using (var file = File.Create(source))
        {
            file.SetLength(20_000_000_000);
            // A byte in each chunk: what is all zeros would not be sent.
            for (long at = 0; at < file.Length; at += ChunkLayout.ChunkBytesMax)
            {
                file.Position = at;
                file.WriteByte(1);
            }
        }
        await holder.ShareAsync(source);

        await using var run = requester.Request("huge.img");
        for (var tenth = 1; tenth < 10; tenth++) await run.ReachAsync(tenth / 10.0);
        var completed = await run.CompleteAsync();

        Assert.Equal(20_000_000_000, completed.Number("bytes"));
        Contents.AssertSame(source, completed.Text("path"));
    }
}
