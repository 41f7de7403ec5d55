using System.Collections.Concurrent;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;

namespace Ferry.Tests.Storage.Shares;

/// <summary>A home, a folder to share and an index over them, on the real disk, gone after the test.</summary>
internal sealed class IndexBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ShareIndex? _index;

    internal IndexBench()
    {
        Home = _folder.NewFolder("home");
        Shared = _folder.NewFolder("photos");
        Options = new ShareIndexOptions(Home, Path.Combine(Home, "downloads")) { WatchersMax = 0 };
    }

    internal string Root => _folder.Path;
    internal string Home { get; }
    internal string Shared { get; }
    internal ShareIndexOptions Options { get; set; }
    internal TestClock Time { get; } = new();
    internal ConcurrentQueue<string> Warnings { get; } = [];

    /// <summary>Opened when first used.</summary>
    internal ShareIndex Index => _index ??= ShareIndex.Open(Options, Time, Warnings.Enqueue);

    internal async Task Restart()
    {
        if (_index is not null) await _index.DisposeAsync();
        _index = null;
        await Settle();
    }

    /// <summary>The shared folder, once it has been looked at.</summary>
    internal Task<ShareProgress> Share(bool? hidden = null) =>
        Index.AddRootAsync(Shared, hidden, CancellationToken.None).WaitAsync(Patience.Limit);

    /// <summary>Until all that was asked for is done.</summary>
    internal Task Settle() => Index.WhenIdle(CancellationToken.None).WaitAsync(Patience.Limit);

    internal Task RescanAndSettle()
    {
        Index.Rescan();
        return Settle();
    }

    /// <summary>A file in the shared folder, and its path.</summary>
    internal string Write(string name, string text)
    {
        var path = Path.Combine(Shared, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Name and state of each file known.</summary>
    internal string Listing() => string.Join(", ", Index.List().Select(file => $"{file.Name} {file.State}"));

    internal ContentId? ContentOf(string path) => Index.List().SingleOrDefault(file => file.Path == path)?.Content;

    internal static FileStamp StampOf(string path) => FileStamps.OfFile(path)!.Value;

    internal static Manifest ManifestOf(string text)
    {
        var leaves = text.Length == 0 ? [] : System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return Manifest.Create(Encoding.UTF8.GetByteCount(text), leaves);
    }

    public async ValueTask DisposeAsync()
    {
        if (_index is not null) await _index.DisposeAsync();
        _folder.Dispose();
    }
}
