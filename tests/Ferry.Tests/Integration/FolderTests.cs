using System.Runtime.Versioning;
using System.Text.Json;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Folders as one thing, between nodes in processes of their own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FolderTests : IDisposable
{
    private const int Files = 300;
    private const int FileBytes = 40_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folder_comes_whole_and_not_again_until_it_changes()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = MakeFolder(60);
        var content = await ShareAsync(holder, source);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("maps/");
        var completed = await run.CompleteAsync();
        Assert.Equal(Path.Combine(requester.Downloads, "maps"), completed.Text("path"));
        AssertSame(source, completed.Text("path"));

        var again = await requester.FetchAsync("maps");
        Assert.True(again.GetProperty("alreadyThere").GetBoolean());
        var line = Assert.Single(await requester.DoAsync("files"), file => file.Text("kind") == "folder");
        Assert.Equal(completed.Text("path"), line.Text("path"));

        var elsewhere = await requester.FetchAsync("maps", "--output", _folder["copy"]);
        AssertSame(source, elsewhere.Text("path"));

        var file = Path.Combine(source, "sub/037.bin");
        File.WriteAllBytes(file, [.. Enumerable.Reverse(File.ReadAllBytes(file))]);
        await ShareAsync(holder, source, before: content);
        var changed = await requester.FetchAsync("maps");
        Assert.Equal(Path.Combine(requester.Downloads, "maps (2)"), changed.Text("path"));
        AssertSame(source, changed.Text("path"));
        Assert.InRange(changed.Number("received"), 1, changed.Number("bytes") / 3);
    }

    /// <summary>The third node has it from the second, after that was started again.</summary>
    [Fact]
    public async Task Folder_that_was_fetched_is_offered_on()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = MakeFolder(20);
        await ShareAsync(holder, source);
        await using var second = await TestNode.StartAsync(_folder, "second", "--join", holder.Address);
        await second.WaitForPeersAsync(1);
        await second.FetchAsync("maps");
        await holder.StopAsync();
        await second.StopAsync();
        await second.StartAsync();
        await using var third = await TestNode.StartAsync(_folder, "third", "--join", second.Address);
        await third.WaitForPeersAsync(1);
        AssertSame(source, (await third.FetchAsync("maps")).Text("path"));
    }

    [Fact]
    public async Task Both_ends_are_killed_in_the_middle_and_go_on_by_themselves()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = MakeFolder(Files);
        await ShareAsync(holder, source);
        await using var wire = new GatedWire(holder.Port, Files * FileBytes / 2);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);
        await using var run = requester.Request("maps");
        await wire.ReachedAsync();
        var target = Path.Combine(requester.Downloads, "maps");
        Assert.False(Directory.Exists(target));
        foreach (var node in new[] { holder, requester }) await node.KillAsync();
        wire.Open();
        foreach (var node in new[] { requester, holder }) await node.StartAsync();

        await Eventually.TrueAsync("the folder to appear", () => Directory.Exists(target));
        AssertSame(source, target);
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
        Assert.Equal([target], Directory.GetFileSystemEntries(requester.Downloads));
    }

    /// <summary>A folder without random bytes would come in no time.</summary>
    private string MakeFolder(int files)
    {
        var source = _folder.NewFolder("maps");
        Directory.CreateDirectory(Path.Combine(source, "empty"));
        Directory.CreateDirectory(Path.Combine(source, "sub/deep"));
        for (var i = 0; i < files; i++)
        {
            var bytes = new byte[FileBytes];
            new Random(i).NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(source, i % 3 == 0 ? "sub/deep" : "sub", $"{i:000}.bin"), bytes);
        }
        var program = Path.Combine(source, "run");
        File.WriteAllText(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, (UnixFileMode)0x1ed);
        File.SetLastWriteTimeUtc(program, DateTime.UnixEpoch.AddDays(9000));
        File.CreateSymbolicLink(Path.Combine(source, "sub/link"), "../run");
        return source;
    }

    /// <summary>Until the folder is offered; its content id.</summary>
    /// <param name="before">What it was before it was changed.</param>
    private static async Task<string> ShareAsync(TestNode holder, string source, string before = "")
    {
        await holder.DoAsync("share", source);
        var folder = await Eventually.GetAsync(
            "the folder to be hashed",
            async () => (await holder.DoAsync("files")).FirstOrDefault(file => file.Text("kind") == "folder"
                && file.Text("state") == "ready" && file.Text("contentId") != before),
            folder => folder.ValueKind == JsonValueKind.Object);
        return folder.Text("contentId");
    }

    private static void AssertSame(string source, string target) => Assert.Equal(Describe(source), Describe(target));

    private static List<string> Describe(string folder) =>
        [.. new DirectoryInfo(folder).GetFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(info => Path.GetRelativePath(folder, info.FullName) + info switch
            {
                { LinkTarget: { } link } => $" -> {link}",
                FileInfo file => $" {file.LastWriteTimeUtc.Ticks} {file.UnixFileMode} {file.Length} "
                    + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                        File.ReadAllBytes(file.FullName))),
                _ => "/",
            }).Order(StringComparer.Ordinal)];
}
