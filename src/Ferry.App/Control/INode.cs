using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>
/// What commands ask of a node. It is the node of this process (<see cref="LocalNode"/>, in the shell) or one that is
/// reached through its control socket (<see cref="ControlClient"/>). Members as in <see cref="FerryNode"/>.
/// </summary>
internal interface INode
{
    Task<JoinInfo> JoinAsync(string address, CancellationToken cancel);
    Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel);
    Task LeaveAsync(CancellationToken cancel);
    IAsyncEnumerable<SearchHitInfo> SearchAsync(string query, CancellationToken cancel);
    IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel);
    Task<ShareInfo> ShareAsync(string path, CancellationToken cancel);
    Task UnshareAsync(string path, CancellationToken cancel);
    Task<IReadOnlyList<FileInfoLine>> FilesAsync(CancellationToken cancel);
    Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel);
    Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel);
    Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel);
    Task<StatusInfo> StatusAsync(CancellationToken cancel);
    Task<TransferInfo> CancelAsync(string transfer, CancellationToken cancel);
    Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel);
}

/// <summary>A node that lives in this process.</summary>
internal interface IRunningNode : INode, IAsyncDisposable
{
    /// <summary>As <see cref="FerryNode.Completion"/>.</summary>
    Task Completion { get; }
}

/// <summary>Starts a node in this process; tests start another kind.</summary>
internal delegate Task<IRunningNode> NodeStarter(
    NodeOptions options, Microsoft.Extensions.Logging.ILoggerFactory logs, CancellationToken cancel);
