using Ferry.Protocol.Content;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Requests;

/// <param name="Path">Of the file or folder, absolute.</param>
internal sealed record HeldFile(
    ContentId Content, string Path, string Name, long Size, bool IsFolder, FileTraits Traits);

/// <summary>
/// What this node holds for those to whom it is offered: an index of its own, in <c>held</c> of the home, which no
/// search looks into. It is there while something is held.
/// </summary>
internal sealed class HeldFiles(HomeFolder home, MountPoints mounts, NodeLife life, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _begun = [];
    private ShareIndex? _index;
    private Task _watching = Task.CompletedTask;

    /// <summary>Null while nothing is held.</summary>
    public IShareCatalog? Catalog
    {
        get { lock (_gate) return _index; }
    }

    /// <summary>Returns when it is hashed.</summary>
    /// <exception cref="FerryException">It cannot be sent.</exception>
    public async Task<HeldFile> HoldAsync(string path, CancellationToken cancel)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var index = await Task.Run(Open, cancel);
        lock (_gate) _begun.Add(full);
        try
        {
            // Who sends a folder sends all of it.
            await Task.Run(() => index.AddRootAsync(full, offersHidden: true, cancel), cancel);
            await index.WhenIdle(cancel);
        }
        catch (ShareException e)
        {
            throw new FerryException(FailureKind.Failed, e.Message, e);
        }
        finally
        {
            lock (_gate) _begun.Remove(full);
        }
        if (index.Shared(full) is not { State: ShareState.Ready, Content: { } content } file)
        {
            var why = index.Shared(full)?.Reason ?? "it is neither a file nor a folder that can be read";
            throw new FerryException(FailureKind.Failed, $"{full} cannot be sent: {why}");
        }
        var traits = index.Match("", content, 1, similar: false).Best is [var match] ? match.Traits : default;
        return new HeldFile(content, full, Path.GetFileName(full), file.Size, file.IsFolder, traits);
    }

    /// <summary>Nothing but this is held any more.</summary>
    public void Keep(IReadOnlySet<string> paths)
    {
        if (Catalog is not ShareIndex index) return;
        foreach (var root in index.Progress().Select(progress => progress.Root))
        {
            lock (_gate)
            {
                if (paths.Contains(root) || _begun.Contains(root)) continue;
            }
            try
            {
                index.RemoveRoot(root);
            }
            catch (ShareException e)
            {
                SharesLog.IndexWarning(log, e.Message); // The next start tries again.
            }
        }
    }

    public ShareIndex Open()
    {
        lock (_gate)
        {
            if (_index is not null) return _index;
            var folder = home.File("held");
            Directory.CreateDirectory(folder);
            // Few are sent at a time: most of an index's threads are for many shares.
            var options = new ShareIndexOptions(folder, null)
            {
                Mounts = mounts, HashersMax = 1, ScannersMax = 1, WatchersMax = 0,
            };
            var index = _index = ShareIndex.Open(options, time, warning => SharesLog.IndexWarning(log, warning));
            _watching = life.RunAsync(
                "the index of what is sent", _ => index.Completion, CancellationToken.None);
            return index;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Catalog is ShareIndex index) await index.DisposeAsync();
        await _watching;
    }
}
