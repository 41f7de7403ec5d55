using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.Tests.App;

/// <summary>A node that answers what a test put into it, and remembers what it was asked.</summary>
internal sealed class FakeNode : IRunningNode
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<string> Asked { get; } = [];

    /// <summary>Thrown by every member when set.</summary>
    public Exception? Failure { get; set; }

    public List<FileInfoLine> Files { get; } = [];
    public List<PeerInfo> Peers { get; } = [];
    public List<DiscoveredInfo> Discovered { get; } = [];
    public List<RouteInfo> Routes { get; } = [];
    public List<TransferInfo> Transfers { get; } = [];
    public List<SearchHitInfo> Hits { get; } = [];

    /// <summary>What a request tells; a second list is for the second request, and so on.</summary>
    public List<RequestEvent[]> Requests { get; } = [];

    /// <summary>Thrown after the last event of a stream.</summary>
    public FerryException? StreamFailure { get; set; }

    /// <summary>With it a stream stays open after its last item until it is cancelled.</summary>
    public bool KeepsStreaming { get; set; }

    /// <summary>Done when a stream that was kept open was given up.</summary>
    public TaskCompletionSource StreamCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StatusInfo Status { get; set; } = new(
        Samples.NodeId, "boat", "/data/boat/.ferry", "/data/boat/.ferry/downloads", ["tcp://0.0.0.0:4747"],
        ["tcp://192.168.1.9:4747"], [], NetworkState.Open, 1, 2, 0, 0,
        [new ShareInfo("/data/maps", 12, 1_400_000_000, 12, 1_400_000_000, 0, new LeftOutInfo(0, 0, 0, 0, 0, 0), [])],
        ["tcp://192.168.1.7:4747"], 65, "0.1.0");

    public bool IsDisposed { get; private set; }
    public Task Completion => _completion.Task;

    public void Stop(Exception? error = null)
    {
        if (error is null) _completion.SetResult();
        else _completion.SetException(error);
    }

    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) =>
        Answer($"join {address}", new JoinInfo("tcp://" + address, Samples.NodeId, "boat", "tcp"));

    /// <summary>Strangers that ask.</summary>
    public Channel<AskInfo> Asks { get; } = Channel.CreateUnbounded<AskInfo>();

    public IAsyncEnumerable<AskInfo> AsksAsync(CancellationToken cancel) => Asks.Reader.ReadAllAsync(cancel);
    public Task<InviteInfo> InviteAsync(InviteOptions options, CancellationToken cancel) =>
        Answer($"invite {options.Uses} {options.Seconds}", Samples.Invite);
    public Task<KnownNodeInfo> AdmitAsync(string node, CancellationToken cancel) =>
        Answer($"admit {node}", Samples.Known(NodeStanding.Trusted));
    public Task<KnownNodeInfo> TrustAsync(string node, CancellationToken cancel) =>
        Answer($"trust {node}", Samples.Known(NodeStanding.Trusted));
    public Task<KnownNodeInfo> BlockAsync(string node, CancellationToken cancel) =>
        Answer($"block {node}", Samples.Known(NodeStanding.Blocked));
    public Task<KnownNodeInfo> ForgetAsync(string what, CancellationToken cancel) =>
        Answer($"forget {what}", Samples.Known(NodeStanding.Stranger, "tcp://192.168.1.7:4747"));

    public Task LeaveAsync(CancellationToken cancel) => Answer("leave", 0);

    /// <summary>What a search tells after its hits.</summary>
    public List<string> Remarks { get; } = [];

    public IAsyncEnumerable<RequestEvent> SearchAsync(
        string query, bool isPublic, CancellationToken cancel) => Stream<RequestEvent>(
        $"search {query}",
        [.. Hits.Select(hit => new RequestEvent.Found(hit)), .. Remarks.Select(text => new RequestEvent.Remark(text))],
        cancel);

    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel)
    {
        var before = Asked.Count(asked => asked.StartsWith("request ", StringComparison.Ordinal));
        return Stream($"request {options.What} {options.OutputPath ?? "-"} {options.First}", Requests[before], cancel);
    }

    /// <summary>What becomes of what is sent.</summary>
    public List<OfferInfo> Offers { get; } = [];

    /// <summary>What others offer.</summary>
    public Channel<OfferInfo> Offered { get; } = Channel.CreateUnbounded<OfferInfo>();

    public IAsyncEnumerable<OfferInfo> OffersAsync(CancellationToken cancel) => Offered.Reader.ReadAllAsync(cancel);
    public IAsyncEnumerable<OfferInfo> SendAsync(SendOptions options, CancellationToken cancel) => Stream(
        $"send {string.Join(' ', options.Nodes)} {string.Join(' ', options.Paths)}", Offers, cancel);
    public IAsyncEnumerable<RequestEvent> AcceptAsync(AcceptOptions options, CancellationToken cancel) => Stream(
        $"accept {options.What} {options.OutputPath ?? "-"} {options.OnConflict}", Requests[0], cancel);
    public Task<OfferInfo> RefuseAsync(string what, CancellationToken cancel) =>
        Answer($"refuse {what}", Samples.Offer(OfferPhase.Refused));

    public Task<ShareInfo> ShareAsync(string path, bool hidden, CancellationToken cancel) => Answer(
        hidden ? $"share --hidden {path}" : $"share {path}",
        new ShareInfo(
            path, 3, 2_000, 1, 500, 1, new LeftOutInfo(hidden ? 0 : 4, 1, 2, 0, 0, 5), ["/data/x cannot be read."]));

    public Task UnshareAsync(string path, CancellationToken cancel) => Answer($"unshare {path}", 0);
    public IAsyncEnumerable<FileInfoLine> FilesAsync(CancellationToken cancel) => Stream("files", Files, cancel);
    public Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel) =>
        Answer<IReadOnlyList<DiscoveredInfo>>("discover", Discovered);
    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) =>
        Answer<IReadOnlyList<PeerInfo>>("peers", Peers);
    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) =>
        Answer<IReadOnlyList<RouteInfo>>("routes", Routes);
    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) =>
        Answer<IReadOnlyList<TransferInfo>>("transfers", Transfers);
    public Task<StatusInfo> StatusAsync(CancellationToken cancel) => Answer("status", Status);
    public Task<IReadOnlyList<TransferInfo>> CancelAsync(string transfer, CancellationToken cancel) =>
        Answer<IReadOnlyList<TransferInfo>>($"cancel {transfer}", [Samples.Transfer]);
    public Task<IReadOnlyList<TransferInfo>> PauseAsync(string? transfer, CancellationToken cancel) =>
        Answer<IReadOnlyList<TransferInfo>>($"pause {transfer ?? "all"}", Transfers);
    public Task<IReadOnlyList<TransferInfo>> ResumeAsync(string? transfer, CancellationToken cancel) =>
        Answer<IReadOnlyList<TransferInfo>>($"resume {transfer ?? "all"}", Transfers);
    public List<LimitInfo> Limits { get; } = [];
    public Task<IReadOnlyList<LimitInfo>> LimitAsync(LimitChange? change, CancellationToken cancel) =>
        Answer<IReadOnlyList<LimitInfo>>(
            change is null ? "limit" : $"limit {change.Where ?? "all"} {change.Direction} {change.BytesPerSecond}",
            Limits);
    public Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel) =>
        Answer($"diagnose {options.Output} {options.WithNames}", Samples.Diagnosis);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private Task<T> Answer<T>(string asked, T answer)
    {
        Asked.Add(asked);
        return Failure is null ? Task.FromResult(answer) : Task.FromException<T>(Failure);
    }

    private async IAsyncEnumerable<T> Stream<T>(
        string asked, IReadOnlyList<T> items, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Answer(asked, 0);
        foreach (var item in items) yield return item;
        if (StreamFailure is not null) throw StreamFailure;
        if (!KeepsStreaming) yield break;
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        finally
        {
            StreamCancelled.TrySetResult();
        }
    }
}
