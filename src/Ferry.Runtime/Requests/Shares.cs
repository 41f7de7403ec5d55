using Ferry.Storage.Shares;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Requests;

/// <summary>The shares of this node, for its user.</summary>
internal sealed class Shares : IAsyncDisposable
{
    private readonly ShareIndex _index;

    private Shares(ShareIndex index) => _index = index;

    public IShareCatalog Catalog => _index;

    public IReadOnlyList<ShareInfo> Progress => [.. _index.Progress().Select(Describe)];

    /// <param name="fault">Called when the index fails while the node runs.</param>
    public static Shares Open(string home, string downloads, Action<Exception> fault, TimeProvider time, ILogger log)
    {
        var index = ShareIndex.Open(
            new ShareIndexOptions(home, downloads), time, warning => SharesLog.IndexWarning(log, warning));
        var shares = new Shares(index);
        shares._watching = shares.WatchAsync(fault);
        return shares;
    }

    private Task _watching = Task.CompletedTask;

    /// <exception cref="FerryException">The path cannot be shared.</exception>
    public Task<ShareInfo> ShareAsync(string path, CancellationToken cancel) =>
        Task.Run(() => Translated(() => Describe(_index.AddRoot(Path.GetFullPath(path)))), cancel);

    /// <exception cref="FerryException">The path is not shared.</exception>
    public Task UnshareAsync(string path, CancellationToken cancel) => Task.Run(
        () => Translated(() =>
        {
            _index.RemoveRoot(Path.GetFullPath(path));
            return true;
        }),
        cancel);

    public Task<IReadOnlyList<FileInfoLine>> FilesAsync(CancellationToken cancel) =>
        Task.Run<IReadOnlyList<FileInfoLine>>(() => [.. _index.List().Select(Describe)], cancel);

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        await _watching;
    }

    private async Task WatchAsync(Action<Exception> fault)
    {
        try
        {
            await _index.Completion;
        }
#pragma warning disable CA1031 // Not swallowed: the node stops with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault(e);
        }
    }

    private static T Translated<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (ShareException e)
        {
            throw new FerryException(FailureKind.Failed, e.Message, e);
        }
    }

    private static ShareInfo Describe(ShareProgress progress) => new(
        progress.Root, progress.Files, progress.Bytes, progress.FilesHashed, progress.BytesHashed, progress.Unreadable);

    private static FileInfoLine Describe(SharedFile file) => new(
        file.Path, file.Name, file.Size, StateOf(file.State), file.Content?.ToString(),
        file.IsDownloaded ? "downloaded" : "shared");

    private static string StateOf(ShareState state) => state switch
    {
        ShareState.Hashing => "hashing",
        ShareState.Ready => "ready",
        ShareState.Changed => "changed",
        _ => "unreadable",
    };
}
