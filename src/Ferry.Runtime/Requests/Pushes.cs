using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;

namespace Ferry.Runtime.Requests;

/// <summary>What the user pushes to others, and says to what others push.</summary>
internal sealed class Pushes(
    NodeLoop loop, NoticeBoard notices, NodeDecisions decisions, HeldFiles held, OfferDesk desk, LocalCopy copies,
    NodeId self, TimeProvider time)
{
    /// <summary>Of one command: more are sent as a folder.</summary>
    private const int OffersMax = 64;

    public IAsyncEnumerable<OfferInfo> OffersAsync(CancellationToken cancel) => desk.WaitingAsync(cancel);

    public async IAsyncEnumerable<OfferInfo> SendAsync(
        SendOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reachable = await loop.QueryAsync(
            (engine, now) => engine.Routes(now).Select(route => route.Destination).Distinct().ToList(), cancel);
        var nodes = options.Nodes.Select(text => decisions.Reached(text, reachable)).Distinct().ToList();
        if (nodes.Contains(self))
            throw new FerryException(FailureKind.Usage, "that is this node: name another one, 'peers' lists some");
        if (nodes.Count * options.Paths.Count > OffersMax)
        {
            throw new FerryException(
                FailureKind.Usage, $"one command sends {OffersMax} times at most: send a folder, or to fewer nodes");
        }
        var files = new List<HeldFile>();
        foreach (var path in options.Paths) files.Add(await held.HoldAsync(path, cancel));
        var offers = nodes.SelectMany(node => files.Select(file => OfferOf(file, node))).ToList();
        var open = offers.ToDictionary(entry => entry.Key);
        var keys = open.Keys.ToHashSet();
        using var watching = notices.WatchOffers(keys.Contains);
        foreach (var entry in offers) await loop.TellAsync(new Input.MakeOffer(entry), cancel);
        using var beat = new PeriodicTimer(DownloadEvents.ProgressEvery, time);
        while (open.Count > 0 && await beat.WaitForNextTickAsync(cancel))
        {
            while (watching.Notices.TryRead(out var notice))
            {
                if (notice is Notice.OfferFailed failed && open.Remove(failed.Key, out var lost))
                    throw new FerryException(FailureKind.Failed, $"{lost.Name} was not offered: {failed.Reason}");
                if (notice is not Notice.OfferChanged { Entry: var entry }) continue;
                if (entry.IsOver || options.Detach) open.Remove(entry.Key);
                else open[entry.Key] = entry;
                yield return desk.Describe(entry);
            }
            if (watching.Notices.Completion.IsCompleted)
            {
                throw new FerryException(
                    FailureKind.Failed, "this node is stopping; what was offered waits until it is started again");
            }
            foreach (var progress in await ProgressAsync(open.Values, cancel)) yield return progress;
        }
    }

    public async IAsyncEnumerable<RequestEvent> AcceptAsync(
        AcceptOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        var entry = await FindAsync(options.What, cancel);
        if (Conflict(options, entry, out var taken) is { } impossible)
        {
            yield return impossible;
            yield break;
        }
        if (taken is not null)
        {
            await AnswerAsync(new Input.AnswerOffer(entry.Key, Accepts: false), cancel);
            yield return new RequestEvent.Skipped(taken);
            yield break;
        }
        // Watching starts before the download does, so that a quick one is not missed.
        using var watching = notices.WatchDownload(entry.Content);
        await AnswerAsync(
            new Input.AnswerOffer(entry.Key, Accepts: true)
            {
                OutputPath = options.OutputPath is { } path ? Path.GetFullPath(path) : null,
                Overwrites = options.OnConflict == OnConflict.Overwrite,
            },
            cancel);
        yield return new RequestEvent.Started(entry.Name, entry.Size, entry.Content.ToString());
        await foreach (var told in new DownloadEvents(watching, waits: true, time).TellAsync(cancel))
            yield return told;
    }

    public async Task<OfferInfo> RefuseAsync(string what, CancellationToken cancel)
    {
        var entry = await FindAsync(what, cancel);
        return desk.Describe(await AnswerAsync(new Input.AnswerOffer(entry.Key, Accepts: false), cancel));
    }

    private static OfferEntry OfferOf(HeldFile file, NodeId to)
    {
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        var key = new OfferKey(to, new TransferId(BinaryPrimitives.ReadUInt128BigEndian(id)), IsOwn: true);
        return new OfferEntry(
            key, file.Content, file.Name, file.Size, file.IsFolder, file.Traits, OfferState.Made)
        {
            Path = file.Path,
        };
    }

    /// <summary>Returns when the answer is in the log.</summary>
    private async Task<OfferEntry> AnswerAsync(Input.AnswerOffer answer, CancellationToken cancel)
    {
        using var watching = notices.WatchOffers(key => key == answer.Key);
        await loop.TellAsync(answer, cancel);
        await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
        {
            if (notice is Notice.OfferFailed failed) throw new FerryException(FailureKind.Failed, failed.Reason);
            if (notice is Notice.OfferChanged changed) return changed.Entry;
        }
        throw new FerryException(FailureKind.Failed, "this node is stopping: answer when it is started again");
    }

    private async Task<OfferEntry> FindAsync(string what, CancellationToken cancel)
    {
        var waiting = (await desk.OffersAsync(cancel))
            .Where(entry => entry is { Key.IsOwn: false, State: OfferState.Waiting }).ToList();
        var found = waiting.Where(entry => entry.Name == what).ToList();
        if (found.Count == 0)
        {
            found = waiting.FindAll(entry => what.Length > 0
                && entry.Key.Offer.ToString().StartsWith(what, StringComparison.OrdinalIgnoreCase));
        }
        if (found is [var only]) return only;
        if (found.Count == 0)
        {
            throw new FerryException(
                FailureKind.NothingFound, $"nobody offers '{what}' now: 'transfers' lists what is offered");
        }
        var all = string.Join(", ", found.Select(entry =>
            $"{ShortId.Of(entry.Key.Offer.ToString())} of {desk.Describe(entry).Fingerprint}"));
        throw new FerryException(
            FailureKind.Usage, $"'{what}' may be any of {all}: give the beginning of the id of the one that you mean");
    }

    /// <param name="taken">What has the name, when nothing is to be fetched then.</param>
    private RequestEvent.Failed? Conflict(AcceptOptions options, OfferEntry entry, out string? taken)
    {
        taken = null;
        if (options.OnConflict == OnConflict.Overwrite && entry.IsFolder)
            return new RequestEvent.Failed(
                FailureKind.Usage, $"{entry.Name} is a folder, and a folder is never replaced: move what has its "
                    + "name away, or accept it without '--on-conflict overwrite'");
        if (options.OnConflict != OnConflict.Skip) return null;
        try
        {
            taken = copies.Taken(entry.Name, options.OutputPath is { } path ? Path.GetFullPath(path) : null);
            return null;
        }
        catch (DiskException failure)
        {
            return new RequestEvent.Failed(FailureKind.Failed, $"{entry.Name} was not taken: {failure.Message}");
        }
    }

    private async Task<IReadOnlyList<OfferInfo>> ProgressAsync(
        IEnumerable<OfferEntry> open, CancellationToken cancel)
    {
        var accepted = open.Where(entry => entry.State == OfferState.Accepted).ToList();
        if (accepted.Count == 0) return [];
        var uploads = await loop.QueryAsync((engine, now) => engine.Uploads(now), cancel);
        return [.. accepted.SelectMany(entry => uploads
            .Where(upload => upload.Content == entry.Content && upload.Requester == entry.Key.Peer).Take(1)
            .Select(upload => desk.Describe(entry, upload.AckedBytes, upload.BytesPerSecond)))];
    }
}
