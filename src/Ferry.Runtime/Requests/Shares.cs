using System.Runtime.CompilerServices;
using Ferry.Runtime.Loop;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Requests;

/// <summary>What this node offers, as its user sees it.</summary>
internal sealed class Shares : IAsyncDisposable
{
    private readonly ShareIndex _index;
    private readonly Task _watching;

    private Shares(ShareIndex index, NodeLife life)
    {
        _index = index;
        _watching = life.RunAsync("the index of shares", _ => index.Completion, CancellationToken.None);
    }

    public IShareCatalog Catalog => _index;

    public IReadOnlyList<ShareInfo> Progress => [.. _index.Progress().Select(Describe)];

    public static Shares Open(
        string home, string downloads, MountPoints mounts, NodeLife life, TimeProvider time, ILogger log)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var options = new ShareIndexOptions(home, downloads)
        {
            Mounts = mounts, FilesMax = ShareIndexOptions.FilesWithin(memory),
        };
        var index = ShareIndex.Open(
            options, time, warning => SharesLog.IndexWarning(log, warning));
        return new Shares(index, life);
    }

    /// <summary>Returns at once; with or without hidden files as before.</summary>
    /// <exception cref="FerryException">The path cannot be shared.</exception>
    public Task OfferAsync(string path, CancellationToken cancel) =>
        TranslatedAsync(() => Task.Run(() => _index.AddRoot(Path.GetFullPath(path)), cancel));

    /// <summary>Returns when all below the path has been looked at.</summary>
    /// <exception cref="FerryException">The path cannot be shared.</exception>
    public async Task<ShareInfo> ShareAsync(string path, bool hidden, CancellationToken cancel)
    {
        var looking = Task.Run(() => _index.AddRootAsync(Path.GetFullPath(path), hidden, cancel), cancel);
        await TranslatedAsync(() => looking);
        return Describe(await looking);
    }

    /// <exception cref="FerryException">The path is not shared.</exception>
    public Task UnshareAsync(string path, CancellationToken cancel) =>
        TranslatedAsync(() => Task.Run(() => _index.RemoveRoot(Path.GetFullPath(path)), cancel));

    public async IAsyncEnumerable<FileInfoLine> FilesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        // Putting many paths in order takes a while, so it is not done on the caller's thread.
        foreach (var file in await Task.Run(() => _index.Folders().Concat(_index.List()), cancel))
        {
            cancel.ThrowIfCancellationRequested();
            yield return Describe(file);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        await _watching;
    }

    private static async Task TranslatedAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ShareException e)
        {
            throw new FerryException(FailureKind.Failed, e.Message, e);
        }
    }

    private static ShareInfo Describe(ShareProgress progress) => new(
        progress.Root, progress.Files, progress.Bytes, progress.FilesHashed, progress.BytesHashed, progress.Unreadable,
        Describe(progress.LeftOut), progress.Troubles);

    private static LeftOutInfo Describe(LeftOut counts) => new(
        counts[LeftOutKind.Hidden], counts[LeftOutKind.Link], counts[LeftOutKind.KeyFolder],
        counts[LeftOutKind.Special], counts[LeftOutKind.Partial], counts[LeftOutKind.Excess]);

    private static FileInfoLine Describe(SharedFile file) => new(
        file.Path, file.Name, file.Size, StateOf(file.State), file.Content?.ToString(),
        file.IsDownloaded ? FileOrigin.Downloaded : FileOrigin.Shared, file.Reason)
    {
        Kind = file.IsFolder ? ContentKind.Folder : ContentKind.File,
    };

    private static FileState StateOf(ShareState state) => state switch
    {
        ShareState.Hashing => FileState.Hashing,
        ShareState.Ready => FileState.Ready,
        ShareState.Changed => FileState.Changed,
        _ => FileState.Unreadable,
    };
}
