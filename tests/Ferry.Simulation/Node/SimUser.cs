using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>
/// Who sits at a node: searches by name, takes the first holders that answer, and asks again when the node forgot it in
/// a crash. It does what the program's request command does, in virtual time.
/// </summary>
internal sealed class SimUser(SimWorld world, SimNode node)
{
    private static readonly TimeSpan HitsAwaited = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SearchAgainAfter = TimeSpan.FromSeconds(5);

    private readonly List<Wish> _wishes = [];

    public IReadOnlyList<Wish> Wishes => _wishes;
    public SimPushes Pushes { get; } = new(world, node);

    public void Want(SimContent content)
    {
        var wish = new Wish(content);
        _wishes.Add(wish);
        if (node.IsUp) StartSearch(wish);
    }

    /// <summary>The node is up (again): what it does not go on with by itself is asked for again.</summary>
    public void Started(RecoveredState recovered)
    {
        Pushes.Started(recovered);
        foreach (var wish in _wishes)
        {
            if (!wish.IsSettled) Ask(wish, recovered);
            else if (wish.IsLetGo && recovered.Downloads.Any(download => download.Manifest.Id == wish.Content.Id))
                node.Post(new Input.Cancel(wish.Content.Id, null)); // The crash came before the log knew.
        }
    }

    /// <summary>Of the same content, whatever has become of it: nothing may come of that.</summary>
    public void AskAgain(SimContent content)
    {
        if (!node.IsUp || _wishes.Find(wish => wish.Content == content) is not { IsLetGo: false } wish) return;
        if (!wish.IsStarted && !wish.IsDone) return;
        world.Reached.Note(Rare.AskedTwice);
        node.Act(new Input.StartDownload(content.Id, content.Name, content.Bytes.Length, [.. wish.Holders], null));
    }

    /// <summary>Cancels what comes of this content and what goes.</summary>
    public void Cancel(SimContent content)
    {
        if (!node.IsUp) return;
        foreach (var wish in _wishes.Where(wish => wish.Content == content && !wish.IsDone)) wish.IsLetGo = true;
        var (engine, now) = (node.Engine!, node.Clock);
        if (engine.Downloads(now).Any(download => download.Content == content.Id))
        {
            node.Act(new Input.Cancel(content.Id, null));
            return;
        }
        foreach (var upload in engine.Uploads(now).Where(upload => upload.Content == content.Id))
            if (node.IsUp) node.Act(new Input.Cancel(content.Id, upload.Requester));
    }

    /// <summary>Pauses what comes of this content and what goes, or lets it go on.</summary>
    public void Pause(SimContent content, bool isPaused)
    {
        if (!node.IsUp) return;
        var (engine, now) = (node.Engine!, node.Clock);
        foreach (var download in engine.Downloads(now).Where(download => download.Content == content.Id))
        {
            if (isPaused && download.State is not (TransferState.Finishing or TransferState.Paused))
                Note(Rare.PausedByRequester);
            node.Act(new Input.Pause(content.Id, null, isPaused));
        }
        foreach (var upload in engine.Uploads(now).Where(upload => upload.Content == content.Id))
        {
            if (!node.IsUp) return;
            if (isPaused && upload.State != TransferState.Paused) Note(Rare.PausedByHolder);
            node.Act(new Input.Pause(content.Id, upload.Requester, isPaused));
        }
    }

    /// <param name="rate">Bytes per second; null for any.</param>
    public void Limit(long? rate)
    {
        world.Checks.Limits.Limit(node, rate ?? long.MaxValue / 2);
        node.Act(new Input.LimitDown(rate is { } most ? [new RateRule(null, null, most)] : []));
    }

    private void Note(Rare pause)
    {
        world.Reached.Note(pause);
        world.Checks.Resent.OnPause();
    }

    /// <summary>The disk was emptied: the files are wanted as before.</summary>
    public void LostAll()
    {
        foreach (var wish in _wishes) wish.Lose();
    }

    public void Crashed()
    {
        foreach (var wish in _wishes) wish.Forget();
    }

    public void Told(Notice notice)
    {
        Pushes.Told(notice);
        switch (notice)
        {
            case Notice.SearchHit hit when Wished(hit.Query) is { IsStarted: false } wish
                && hit.Content == wish.Content.Id:
                wish.Holders.Add(new KnownHolder(hit.Holder, hit.Held) { Size = hit.Size });
                if (wish.Holders.Count == 1) Later(HitsAwaited, () => StartDownload(wish));
                break;
            case Notice.SearchEnded ended when Wished(ended.Query) is { IsStarted: false, Holders.Count: 0 } wish:
                if (world.SearchesFind) throw new SimFailure($"search: {node.Name} found nothing: {ended}");
                Later(SearchAgainAfter, () => StartSearch(wish));
                break;
            case Notice.DownloadCompleted completed:
                foreach (var wish in _wishes.Where(wish => wish.Content.Id == completed.Status.Content))
                    (wish.IsDone, wish.Path, wish.DoneAt) = (true, completed.Path, world.Now);
                break;
            case Notice.DownloadFailed failed:
                foreach (var wish in _wishes.Where(wish => wish.Content.Id == failed.Status.Content))
                    Failed(wish, failed.Reason);
                break;
            case Notice.DownloadPaused { Reason.IsOfDisk: false } paused when world.MayFail:
                foreach (var wish in _wishes.Where(wish => wish.Content.Id == paused.Status.Content))
                    Later(SearchAgainAfter, () => AskAgain(wish));
                break;
            case Notice.IdentityShared or Notice.OwnIdentityShared:
                throw new SimFailure($"{node.Name} took a restart for a second machine");
            case Notice.TransferGivenUp givenUp:
                world.Reached.Note(Rare.GivenUp);
                if (givenUp.Requester is not null) break;
                foreach (var wish in _wishes.Where(wish => wish.Content.Name == givenUp.Name)) wish.IsLetGo = true;
                break;
        }
    }

    private void Failed(Wish wish, Reason reason)
    {
        wish.IsCancelled = wish.IsLetGo;
        if (wish.IsSettled) return;
        if (!world.MayFail) throw new SimFailure($"liveness: {node.Name} gave a download up: {reason}");
        wish.Forget();
        Later(SearchAgainAfter, () => StartSearch(wish));
    }

    /// <summary>It waits for holders, perhaps since one refused: people do not only look on.</summary>
    private void AskAgain(Wish wish)
    {
        if (wish.IsSettled || !wish.IsStarted) return;
        var content = wish.Content;
        node.Act(new Input.StartDownload(content.Id, content.Name, content.Bytes.Length, [.. wish.Holders], null));
    }

    private void Ask(Wish wish, RecoveredState recovered)
    {
        if (recovered.Downloads.Any(download => download.Manifest.Id == wish.Content.Id))
        {
            wish.IsStarted = true;
            return;
        }
        // A crash just after the end leaves the file and no entry. Some users see it there, others ask again and hear
        // that
        // they have it.
        var path = $"{SimNode.Downloads}/{wish.Content.Name}";
        if (world.Random.Next(2) == 0 && IsThere(path, wish.Content)) (wish.IsDone, wish.Path) = (true, path);
        else StartSearch(wish);
    }

    private bool IsThere(string path, SimContent content) =>
        node.Disk.Inspect(files => files.TryGetValue(path, out var file) && file.Seen.SequenceEqual(content.Bytes));

    private void StartSearch(Wish wish)
    {
        if (wish.IsSettled) return;
        wish.Query = new QueryId(world.Random.NextUInt128());
        node.Post(new Input.StartSearch(wish.Query.Value, wish.Content.Name, null));
    }

    private Wish? Wished(QueryId query) => _wishes.Find(wish => wish.Query == query);

    private void StartDownload(Wish wish)
    {
        if (wish.IsStarted || wish.IsSettled) return;
        (wish.IsStarted, wish.StartedAt) = (true, world.Now);
        var content = wish.Content;
        node.Act(new Input.StartDownload(content.Id, content.Name, content.Bytes.Length, [.. wish.Holders], null));
        node.Post(new Input.StopSearch(wish.Query!.Value));
    }

    private void Later(TimeSpan delay, Action action)
    {
        var life = node.Life;
        world.After(delay, () => { if (node.Life == life && node.IsUp) action(); });
    }
}
