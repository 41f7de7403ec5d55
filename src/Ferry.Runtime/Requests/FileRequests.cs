using System.Runtime.CompilerServices;
using Ferry.Names;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Runtime.Loop;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Shares;

namespace Ferry.Runtime.Requests;

/// <summary>
/// Requests of the user, from a name to a file: searches, chooses, starts the download or joins a running one, and
/// reports its progress. A failure is the last event of a request, not an exception.
/// </summary>
internal sealed class FileRequests(
    NodeLoop loop, Searches searches, NoticeBoard notices, IShareCatalog shares, LocalCopy copies,
    Func<IReadOnlyList<string>> unlinked, NodeId self, TimeProvider time)
{
    private const int OwnMatchesMax = 100;

    /// <summary>
    /// Between searches of a request that waits: each is a flood, so they are few when nothing changes.
    /// </summary>
    private static readonly Backoff SearchAgain = new(TimeSpan.FromSeconds(1), Max: TimeSpan.FromSeconds(16));

    public async IAsyncEnumerable<RequestEvent> RunAsync(
        RequestOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reason = "";
        var waits = 0;
        while (true)
        {
            RequestEvent.Failed? notYet = null;
            await foreach (var told in TryAsync(options, cancel))
            {
                notYet = told as RequestEvent.Failed;
                if (options.Wait && notYet is { Kind: FailureKind.NothingFound }) break;
                notYet = null;
                yield return told;
            }
            if (notYet is null) yield break;
            if (notYet.Reason != reason)
            {
                (reason, waits) = (notYet.Reason, 0);
                yield return new RequestEvent.Waiting(reason);
            }
            await Task.Delay(SearchAgain.After(waits++), time, cancel);
        }
    }

    private async IAsyncEnumerable<RequestEvent> TryAsync(
        RequestOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (found, failed) = await SearchAsync(options, cancel);
        if (failed is not null)
        {
            yield return failed;
            yield break;
        }

        if (found.IsTooEarly)
        {
            yield return NothingFound(options.What, found, "try again when it is hashed, or wait for it with --wait");
            yield break;
        }
        var choice = NewestOf(NameMatch.Choose(options.What, found.Rank()), found, out var older);
        if (Chosen(choice, options.First) is not { } chosen)
        {
            if (choice is NameChoice.Several)
                foreach (var sentence in found.Remarks) yield return new RequestEvent.Remark($"{sentence}.");
            yield return Unsettled(choice, options, found);
            yield break;
        }

        var hit = found.Describe(chosen);
        yield return new RequestEvent.Found(hit);
        foreach (var sentence in found.Gaps.Hashing) yield return new RequestEvent.Remark($"{sentence}.");
        if (options.OnConflict == OnConflict.Rename)
            foreach (var here in older) yield return new RequestEvent.Remark(Stays(here, found, hit));
        var end = Conflict(options, hit);
        if (end is null && found.IsOwn(chosen.Content))
            end = await FromHereAsync(options, hit, chosen.Content, cancel);
        if (end is not null)
        {
            yield return With(hit.Match, end);
            yield break;
        }

        // Watching starts before the download does, so that a quick one is not missed.
        using var watching = notices.WatchDownload(chosen.Content);
        var output = FullPath(options.OutputPath);
        if (output is not null && await ProbeAsync(hit, chosen.Content, output, cancel) is { } impossible)
        {
            yield return impossible;
            yield break;
        }
        await loop.TellAsync(StartOf(options, hit, found, chosen), cancel);
        yield return new RequestEvent.Started(hit.Name, hit.Size, hit.ContentId);
        var events = new DownloadEvents(watching, options.Wait, time);
        await foreach (var told in events.TellAsync(cancel))
        {
            // Who asked for the content first said where it goes.
            var copied = told is RequestEvent.Completed && output is { } wanted && wanted != events.OutputPath
                ? await CopyAsync(chosen.Content, hit, wanted, Overwrites(options), cancel) : told;
            yield return With(hit.Match, End(told, copied));
        }
    }

    private Input.StartDownload StartOf(
        RequestOptions options, SearchHitInfo hit, FoundContents found, RankedContent chosen) =>
        new(
            chosen.Content, options.Name ?? hit.Name, hit.Size, found.HoldersOf(chosen.Content, self),
            FullPath(options.OutputPath))
        {
            Traits = found.TraitsOf(chosen.Content, chosen.Name),
            IsPublic = options.IsPublic, Overwrites = Overwrites(options),
            SizeMax = new ContentQuery(options.What).Content is null ? hit.Size : null,
        };

    /// <summary>
    /// What lies here is not what is asked for when somebody offers another content under the same name: the file was
    /// changed there, and is wanted again.
    /// </summary>
    /// <param name="older">What lies here instead.</param>
    private static NameChoice NewestOf(
        NameChoice choice, FoundContents found, out IReadOnlyList<RankedContent> older)
    {
        older = [];
        if (choice is not NameChoice.Several several) return choice;
        var newest = several.Contents.GroupBy(FileNameOf).ToDictionary(
            named => named.Key, named => named.Max(content => NewnessOf(content, found)), StringComparer.Ordinal);
        older = several.Contents.Where(content => NewnessOf(content, found) < newest[FileNameOf(content)]).ToList();
        var left = several.Contents.Except(older).ToList();
        return left.Count == 1 ? new NameChoice.One(left[0]) : new NameChoice.Several(left);
    }

    /// <summary>What is here came before what is being fetched, and that before what others offer now.</summary>
    private static int NewnessOf(RankedContent content, FoundContents found)
    {
        if (found.IsOwn(content.Content)) return 0;
        return found.IsOnlyFetched(content.Content) ? 1 : 2;
    }

    private static string FileNameOf(RankedContent content) => Path.GetFileName(content.Name);

    private string Stays(RankedContent here, FoundContents found, SearchHitInfo fetched)
    {
        var version = $"another version ({found.Describe(here).Size} bytes, content {here.Content.Short})";
        var stays = found.IsOwn(here.Content)
            ? $"{shares.PathOf(here.Content, here.Name) ?? here.Name} is {version} and stays as it is"
            : $"a download of {version} of {here.Name} is unfinished and stays";
        return $"{stays}; this one has {fetched.Size} bytes, content {ShortId.Of(fetched.ContentId)}.";
    }

    /// <summary>
    /// What is here under the name that was asked for is there already; under another name only, it is copied to the
    /// one that was asked for. Null when it has gone meanwhile.
    /// </summary>
    private async Task<RequestEvent?> FromHereAsync(
        RequestOptions options, SearchHitInfo hit, ContentId content, CancellationToken cancel)
    {
        if (shares.Find(content) is not { } source || !Path.Exists(source.Path)) return null;
        var isById = options.Name is null && new ContentQuery(options.What).Content is not null;
        var name = options.Name ?? hit.Name;
        if (options.OutputPath is null && (isById ? source.Path : shares.PathOf(content, name)) is { } own)
            return new RequestEvent.Completed(own, hit.Size, hit.ContentId, 0, 0, 0, [], AlreadyThere: true);
        return await CopyAsync(content, hit with { Name = name }, options.OutputPath, Overwrites(options), cancel);
    }

    private static bool Overwrites(RequestOptions options) => options.OnConflict == OnConflict.Overwrite;

    /// <summary>The end of a request whose user wants nothing, or what cannot be, when the name is taken.</summary>
    private RequestEvent? Conflict(RequestOptions options, SearchHitInfo hit)
    {
        if (Overwrites(options) && hit.Kind == ContentKind.Folder)
            return new RequestEvent.Failed(
                FailureKind.Usage, $"{hit.Name} is a folder, and a folder is never replaced: move what has its name "
                    + "away, or ask for it without '--on-conflict overwrite'");
        if (options.OnConflict != OnConflict.Skip) return null;
        try
        {
            var taken = copies.Taken(options.Name ?? hit.Name, FullPath(options.OutputPath));
            return taken is null ? null : new RequestEvent.Skipped(taken);
        }
        catch (DiskException failure)
        {
            return new RequestEvent.Failed(FailureKind.Failed, $"{hit.Name} was not fetched: {failure.Message}");
        }
    }

    /// <summary>Null when the user has to say which one.</summary>
    private static RankedContent? Chosen(NameChoice choice, bool takesFirst) => choice switch
    {
        NameChoice.One one => one.Content,
        NameChoice.Several several when takesFirst => several.Contents[0],
        NameChoice.Near near when takesFirst => near.Best,
        _ => null,
    };

    private RequestEvent Unsettled(NameChoice choice, RequestOptions options, FoundContents found) =>
        choice switch
        {
            NameChoice.Several several => new RequestEvent.Ambiguous([.. several.Contents.Select(found.Describe)]),
            NameChoice.Near near => NothingFound(options.What, found, OnlyNear(near, options.First)) with
            {
                Choices = [.. near.Contents.Select(found.Describe)],
            },
            _ => NothingFound(options.What, found, "check the name with 'search', and the neighbours with 'peers'"),
        };

    private static string OnlyNear(NameChoice.Near near, bool takesFirst)
    {
        if (takesFirst) return "there are only names with other numbers: request one of them by its name";
        const string ByName = "there are only names like it; request one by its name";
        return near.Best is null ? ByName : $"{ByName}, or take the best with --first";
    }

    private static RequestEvent With(HitMatch match, RequestEvent told) =>
        told is RequestEvent.Completed completed ? completed with { Match = match } : told;

    private async Task<(FoundContents Found, RequestEvent? Failed)> SearchAsync(
        RequestOptions options, CancellationToken cancel)
    {
        var content = new ContentQuery(options.What).Content;
        var query = content?.ToString() ?? options.What;
        var found = new FoundContents(query);
        using var patience = new SearchPatience(time, cancel);
        try
        {
            // The loop is asked first: it says so when the node is stopping, and its index with it.
            foreach (var download in await DownloadsAsync(cancel)) found.AddFetched(download);
            var own = await OwnMatchesAsync(query, content, cancel);
            foreach (var match in own.Best) found.AddOwn(match, self);
            foreach (var file in own.Hashing) found.Gaps.AddOwn(file);
            // A content id is unambiguous: the first holder is enough, and the download learns of the others.
            if (content is { } wanted && (found.IsOwn(wanted) || found.IsOnlyFetched(wanted))) return (found, null);
            await foreach (var notice in searches.RunAsync(query, content, options.IsPublic, patience.Ended))
            {
                found.Add(notice);
                if (notice is not Notice.SearchHit) continue;
                if (content is not null) break;
                if (found.HasExact) patience.OnExactOffer();
            }
            return (found, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (found, null);
        }
        catch (FerryException e)
        {
            return (found, new RequestEvent.Failed(e.Kind, e.Message));
        }
    }

    /// <summary>Looking through many shares takes a while, so it is not done on the caller's thread.</summary>
    private Task<ShareMatches> OwnMatchesAsync(string query, ContentId? content, CancellationToken cancel) =>
        Task.Run(() => shares.Match(query, content, OwnMatchesMax, similar: true), cancel);

    private Task<IReadOnlyList<DownloadStatus>> DownloadsAsync(CancellationToken cancel) =>
        loop.QueryAsync((engine, now) => engine.Downloads(now), cancel);

    /// <summary>
    /// A file that comes for another target already is copied to this one in the end: why it cannot be is told now.
    /// </summary>
    private async Task<RequestEvent?> ProbeAsync(
        SearchHitInfo hit, ContentId content, string output, CancellationToken cancel)
    {
        var downloads = await DownloadsAsync(cancel);
        if (!downloads.Any(download => download.Content == content && download.OutputPath != output)) return null;
        try
        {
            await Task.Run(() => copies.Probe(hit.Name, output, hit.Size), cancel);
            return null;
        }
        catch (DiskException failure)
        {
            return new RequestEvent.Failed(
                FailureKind.Failed, $"{hit.Name}: {failure.Message}; ask for it again with --output and another path");
        }
    }

    /// <summary>A copy of what was fetched came from where that came from.</summary>
    private static RequestEvent End(RequestEvent fetched, RequestEvent copied) =>
        fetched is RequestEvent.Completed download && copied is RequestEvent.Completed copy
            ? download with { Path = copy.Path, AlreadyThere = copy.AlreadyThere } : copied;

    /// <summary>Copies a content that this node has itself, without the network.</summary>
    private async Task<RequestEvent> CopyAsync(
        ContentId content, SearchHitInfo hit, string? outputPath, bool overwrites, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        try
        {
            var (path, alreadyThere) = await Task.Run(
                () => copies.Make(content, hit.Name, FullPath(outputPath), overwrites), cancel);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            return new RequestEvent.Completed(path, hit.Size, hit.ContentId, seconds, 0, 0, [], alreadyThere);
        }
        catch (DiskException failure)
        {
            return new RequestEvent.Failed(
                FailureKind.Failed, $"{hit.Name} is here, but was not copied: {failure.Message}");
        }
    }

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private RequestEvent.Failed NothingFound(string what, FoundContents found, string wayOut) => new(
        FailureKind.NothingFound,
        string.Join("; ", [
            $"nobody within reach has '{what}': {wayOut}", .. found.Remarks,
            .. unlinked().Select(SearchGaps.Unlinked)]));
}
