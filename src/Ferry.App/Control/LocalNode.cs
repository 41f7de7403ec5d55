using Ferry.Runtime;
using Microsoft.Extensions.Logging;

namespace Ferry.App.Control;

/// <summary>The real node, seen as what commands need.</summary>
internal sealed class LocalNode : IRunningNode
{
    private readonly FerryNode _node;

    private LocalNode(FerryNode node) => _node = node;

    public static async Task<IRunningNode> StartAsync(
        NodeOptions options, ILoggerFactory logs, CancellationToken cancel) =>
        new LocalNode(await FerryNode.StartAsync(options, TimeProvider.System, logs, cancel));

    public Task Completion => _node.Completion;

    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) => _node.JoinAsync(address, cancel);
    public Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel) => _node.DiscoverAsync(cancel);
    public Task LeaveAsync(CancellationToken cancel) => _node.LeaveAsync(cancel);
    public IAsyncEnumerable<SearchHitInfo> SearchAsync(string query, CancellationToken cancel) =>
        _node.SearchAsync(query, cancel);
    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) =>
        _node.RequestAsync(options, cancel);
    public Task<ShareInfo> ShareAsync(string path, CancellationToken cancel) => _node.ShareAsync(path, cancel);
    public Task UnshareAsync(string path, CancellationToken cancel) => _node.UnshareAsync(path, cancel);
    public Task<IReadOnlyList<FileInfoLine>> FilesAsync(CancellationToken cancel) => _node.FilesAsync(cancel);
    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) => _node.PeersAsync(cancel);
    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) => _node.RoutesAsync(cancel);
    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) => _node.TransfersAsync(cancel);
    public Task<StatusInfo> StatusAsync(CancellationToken cancel) => _node.StatusAsync(cancel);
    public Task<TransferInfo> CancelAsync(string transfer, CancellationToken cancel) =>
        _node.CancelAsync(transfer, cancel);
    public Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel) =>
        _node.DiagnoseAsync(options, cancel);

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
