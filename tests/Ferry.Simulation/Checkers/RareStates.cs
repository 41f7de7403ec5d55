using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Breaks no run: notes which rare states one has reached, for the promise that the set of runs reaches all.
/// </summary>
internal sealed class RareStates(SimWorld world) : Checker
{
    private readonly HashSet<(int Node, ContentId Content)> _recoveredUploads = [];
    private readonly HashSet<(int Node, ContentId Content)> _recoveredDownloads = [];
    private readonly HashSet<(int Node, ContentId Content)> _stalled = [];
    private readonly HashSet<(int Node, ContentId Content)> _left = [];
    private readonly Dictionary<TransferId, TransferRequest> _requests = [];
    private readonly HashSet<(int Node, ContentId Content, int Chunk)> _durable = [];
    private readonly Dictionary<(int Node, TransferId Transfer), List<LinkEnd>> _ways = [];
    private readonly Dictionary<(NodeId Requester, ContentId Content), NodeId> _holders = [];
    private readonly HashSet<(int Node, TransferId Transfer)> _askedAgain = [];

    public override void Recovered(SimNode node, ContentStore store)
    {
        foreach (var upload in store.Recovered.Uploads) _recoveredUploads.Add((node.Index, upload.Content));
        foreach (var download in store.Recovered.Downloads)
            if (!download.Durable.IsEmpty) _recoveredDownloads.Add((node.Index, download.Manifest.Id));
    }

    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        if (input is not Input.LeaveNetwork) return;
        foreach (var download in node.Engine!.Downloads(node.Clock)) _left.Add((node.Index, download.Content));
    }

    public override void Crossed(LinkEnd end, Message message)
    {
        var node = end.Node;
        if (message is TransferResume resume && resume.Envelope.Destination == node.Id)
            _askedAgain.Add((node.Index, resume.Transfer));
        if (message is not FileTransfer piece || piece.Envelope.Destination != node.Id) return;
        OnWay(node, piece.Transfer, end, isHolder: false);
        if (_requests.TryGetValue(piece.Transfer, out var request)
            && _durable.Contains((node.Index, request.Content, piece.Chunk)))
            world.Reached.Note(Rare.DuplicatePiece);
    }

    public override void Queued(LinkEnd end, Message message)
    {
        var node = end.Node;
        if (message is RoutedMessage routed && routed.Envelope.Source != node.Id) return;
        if (message is TransferRequest request) _requests[request.Transfer] = request;
        if (message is Refusal refusal) NoteRefusal(node, refusal);
        if (message is Receipt receipt && _askedAgain.Contains((node.Index, receipt.Transfer)))
            world.Reached.Note(Rare.LateReceipt);
    }

    public override void Sealed(SimNode node, LinkId link, FileTransfer head)
    {
        if (node.Links.FirstOrDefault(each => each.Link == link) is { } end)
            OnWay(node, head.Transfer, end, isHolder: true);
        if (!_requests.TryGetValue(head.Transfer, out var request)) return;
        if (_recoveredUploads.Remove((node.Index, request.Content))) world.Reached.Note(Rare.ResumedUpload);
        var pair = (head.Envelope.Destination, request.Content);
        if (_holders.TryGetValue(pair, out var other) && other != node.Id) world.Reached.Note(Rare.SeveralHolders);
        _holders[pair] = node.Id;
    }

    public override void BeforeInput(SimNode node, Input input)
    {
        if (input is not Input.Stored stored) return;
        if (stored.Result is StorageResult.DownloadStalled stalled)
        {
            _stalled.Add((node.Index, stalled.Content));
            if (stalled.Trouble == DiskTrouble.Changed) world.Reached.Note(Rare.RottenChunk);
        }
        if (stored.Result is not StorageResult.ChunksDurable durable) return;
        foreach (var chunk in durable.Chunks) _durable.Add((node.Index, durable.Content, chunk));
        if (_recoveredDownloads.Remove((node.Index, durable.Content))) world.Reached.Note(Rare.ResumedDownload);
        if (_stalled.Remove((node.Index, durable.Content))) world.Reached.Note(Rare.StalledDownload);
        if (_left.Remove((node.Index, durable.Content))) world.Reached.Note(Rare.LeftAndRejoined);
    }

    public override void Told(SimNode node, Notice notice)
    {
        if (notice is Notice.DownloadCompleted completed
            && node.User.Wishes.Any(wish => wish.IsLetGo && wish.Content.Id == completed.Status.Content))
            world.Reached.Note(Rare.CancelRacedTheEnd);
    }

    public override void Dying(SimNode node)
    {
        if (node.Engine is null || node.Engine.Uploads(node.Clock).Count > 0) return;
        if (node.Links.Any(link => link.BulkBytesQueued > 0)) world.Reached.Note(Rare.RelayCrashedLoaded);
    }

    public override void AtRest()
    {
        foreach (var node in world.Nodes)
        {
            if (node.Disk.FailedFlushes > 0) world.Reached.Note(Rare.FailedFlush);
            if (node.Disk.FailedReads > 0) world.Reached.Note(Rare.FailedRead);
        }
    }

    private void NoteRefusal(SimNode node, Refusal refusal)
    {
        if (refusal.Reason == RefusalReason.SourceChanged) world.Reached.Note(Rare.SourceChanged);
        if (refusal.Reason == RefusalReason.LogUnavailable) world.Reached.Note(Rare.LogUnavailable);
        if (refusal.Reason != RefusalReason.Cancelled) return;
        if (!_requests.TryGetValue(refusal.Transfer, out var request)) return;
        var isRequesters = request.Envelope.Source == node.Id;
        world.Reached.Note(isRequesters ? Rare.CancelledByRequester : Rare.CancelledByHolder);
    }

    private void OnWay(SimNode node, TransferId transfer, LinkEnd end, bool isHolder)
    {
        if (!_ways.TryGetValue((node.Index, transfer), out var ends)) _ways.Add((node.Index, transfer), ends = []);
        if (ends.Count > 0 && ends[^1] != end)
        {
            var before = ends[^1];
            if (before.Session.Opposite(before).Node != end.Session.Opposite(end).Node)
                world.Reached.Note(Rare.ReroutedTransfer);
            else if (!before.IsOpen) world.Reached.Note(Rare.HandedOver);
            else if (ends.Contains(end) && isHolder) world.Reached.Note(Rare.Bonded);
        }
        ends.Remove(end);
        ends.Add(end);
    }
}
