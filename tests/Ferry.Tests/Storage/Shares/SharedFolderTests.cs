using System.Runtime.Versioning;
using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.Storage.Trees;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

/// <summary>A shared folder as one thing.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SharedFolderTests : IAsyncLifetime
{
    private readonly IndexBench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Folder_is_found_by_its_name_beside_its_files()
    {
        _bench.Write("x.jpg", "x");
        _bench.Write("sub/y.jpg", "y");
        await ShareAsync();
        var match = Assert.Single(_bench.Index.Match("photos", null, 10, similar: true).Best, hit => hit.IsFolder);
        Assert.Equal("photos", match.Name);
        Assert.Equal([new ChunkRange(0, 1)], match.Held);
        Assert.False(Assert.Single(_bench.Index.Match("x.jpg", null, 10, similar: true).Best).IsFolder);
        var line = Assert.Single(_bench.Index.Folders());
        Assert.Equal(
            (_bench.Shared, "photos", ShareState.Ready, match.Size), (line.Path, line.Name, line.State, line.Size));
        Assert.Equal(2, Assert.Single(_bench.Index.Progress()).Files);
    }

    /// <summary>Random trees: what is read from the holder's files makes the same tree elsewhere.</summary>
    [Fact]
    public async Task Folder_made_of_the_content_is_the_folder()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            await using var bench = new IndexBench();
            MakeTree(bench, new Random(seed));
            await bench.Share();
            await bench.Settle();
            var source = bench.Index.Find(Assert.Single(bench.Index.Folders()).Content!.Value)!;
            var target = Path.Combine(bench.Root, "copy");
            var bytes = new FolderBytes(new FileDisk(), source.Path, source.Folder!);
            var made = new FolderUnpack(
                new FileDisk(), source.Folder!.Listing, source.Folder.ContentBytes,
                (to, at) => Assert.Null(bytes.Read(to, at))).Run(target, () => false)!;
            Assert.Empty(made.Remarks);
            Assert.Equal(Describe(bench.Shared), Describe(target));
            Assert.True(FolderReader.IsWhole(new FileDisk(), target, made.Map!, source.Manifest, () => false));
        }
    }

    [Fact]
    public async Task Same_folder_has_the_same_content_at_every_holder()
    {
        await using var other = new IndexBench();
        foreach (var bench in new[] { _bench, other })
        {
            foreach (var name in new[] { "b", "a", "sub/c" })
                File.SetLastWriteTimeUtc(bench.Write(name, name), DateTime.UnixEpoch.AddDays(1));
            await bench.Share();
            await bench.Settle();
        }
        Assert.Equal(Content(), Assert.Single(other.Index.Folders()).Content);
    }

    [Fact]
    public async Task Restart_reads_nothing_of_an_unchanged_folder()
    {
        _bench.Write("a", "a");
        var content = await ShareAsync();
        await _bench.Restart();
        Assert.Equal(content, Content());
        Assert.NotNull(_bench.Index.Find(content!.Value));
        Assert.Equal(0, _bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Change_of_anything_in_it_makes_it_another_folder()
    {
        _bench.Write("a", "a");
        var seen = new HashSet<ContentId> { (await ShareAsync())!.Value };
        Action[] changes =
        [
            () => _bench.Write("a", "another"),
            () => _bench.Write("b", "b"),
            () => Directory.CreateDirectory(Path.Combine(_bench.Shared, "empty")),
            () => File.SetUnixFileMode(Path.Combine(_bench.Shared, "b"), (UnixFileMode)0x1ed),
            () => File.SetLastWriteTimeUtc(Path.Combine(_bench.Shared, "b"), DateTime.UnixEpoch.AddDays(2)),
            () => File.CreateSymbolicLink(Path.Combine(_bench.Shared, "link"), "a"),
            () => File.Move(Path.Combine(_bench.Shared, "b"), Path.Combine(_bench.Shared, "c")),
            () => File.Delete(Path.Combine(_bench.Shared, "c")),
        ];
        foreach (var change in changes)
        {
            change();
            await _bench.RescanAndSettle();
            Assert.True(seen.Add(Content()!.Value));
            Assert.Equal(ShareState.Ready, Assert.Single(_bench.Index.Folders()).State);
        }
        Assert.Null(_bench.Index.Find(seen.First()));
    }

    [Fact]
    public async Task Link_that_leads_out_and_what_is_hidden_are_no_part_of_it()
    {
        _bench.Write("a", "a");
        _bench.Write(".git/config", "hidden");
        File.CreateSymbolicLink(Path.Combine(_bench.Shared, "in"), "a");
        File.CreateSymbolicLink(Path.Combine(_bench.Shared, "out"), "/etc/passwd");
        var content = await ShareAsync();
        var listing = _bench.Index.Find(content!.Value)!.Folder!.Listing;
        Assert.Equal(["a", "in"], listing.Entries.Select(entry => entry.Path));
        Assert.Equal(1, Assert.Single(_bench.Index.Progress()).LeftOut[LeftOutKind.Link]);
    }

    [Fact]
    public async Task Folder_of_a_share_that_ends_is_offered_no_more()
    {
        _bench.Write("a", "a");
        var content = await ShareAsync();
        _bench.Index.RemoveRoot(_bench.Shared);
        Assert.Null(_bench.Index.Find(content!.Value));
        await _bench.Settle();
        Assert.Empty(_bench.Index.Folders());
    }

    /// <summary>A chunk of which nothing has changed is not read again.</summary>
    [Fact]
    public async Task Change_of_a_file_has_its_own_chunks_read_only()
    {
        _bench.Write("a", new string('a', 2_000_000));
        _bench.Write("b", new string('b', 2_000_000));
        var first = _bench.Index.Find((await ShareAsync())!.Value)!;
        var hasher = new FolderHasher();
        var folder = Path.Combine(_bench.Root, "nothing");
        // In that folder nothing can be read but the listing, which is in memory.
        Assert.Null(hasher.Hash(folder, first.Folder!, null, _ => { }, CancellationToken.None));
        Assert.Equal(
            first.Manifest.Id,
            hasher.Hash(
                folder, first.Folder!, (first.Folder!, first.Manifest), _ => { }, CancellationToken.None)!.Id);
    }

    private async Task<ContentId?> ShareAsync()
    {
        await _bench.Share();
        await _bench.Settle();
        return Content();
    }

    private ContentId? Content() => Assert.Single(_bench.Index.Folders()).Content;

    private static void MakeTree(IndexBench bench, Random chance)
    {
        var folders = new List<string> { "" };
        for (var i = 0; i < 12; i++)
        {
            folders.Add(Path.Combine(folders[chance.Next(folders.Count)], $"ordner ä{i}"));
            Directory.CreateDirectory(Path.Combine(bench.Shared, folders[^1]));
        }
        for (var i = 0; i < 60; i++)
        {
            var size = chance.Next(5) switch { 0 => 0, 1 => chance.Next(3_000_000), _ => chance.Next(5000) };
            var path = bench.Write(
                Path.Combine(folders[chance.Next(folders.Count)], $"f{i}"), new string((char)('a' + i % 3), size));
            if (chance.Next(4) == 0) File.SetUnixFileMode(path, (UnixFileMode)0x1ed);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(chance.Next()));
        }
        foreach (var folder in folders[1..])
            File.CreateSymbolicLink(Path.Combine(bench.Shared, folder, "up"), chance.Next(2) == 0 ? ".." : "f1");
    }

    private static List<string> Describe(string folder) =>
        [.. Below(new DirectoryInfo(folder)).Select(info => Path.GetRelativePath(folder, info.FullName) + info switch
        {
            { LinkTarget: { } target } => $" -> {target}",
            FileInfo file => $" {file.LastWriteTimeUtc.Ticks} {file.UnixFileMode} {HashOf(file)}",
            _ => "/",
        }).Order(StringComparer.Ordinal)];

    private static string HashOf(FileInfo file) =>
        Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)));

    /// <summary>Links not followed.</summary>
    private static IEnumerable<FileSystemInfo> Below(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().SelectMany(info =>
            info is DirectoryInfo { LinkTarget: null } below ? Below(below).Prepend(info) : [info]);
}
