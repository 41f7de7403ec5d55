#pragma warning disable MA0025 // Skeleton: filled in by the first working node.
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime;

/// <summary>
/// A node in this process: the library's public face. Failures a user can act on are <see cref="FerryException"/>s.
/// </summary>
public sealed class FerryNode : IAsyncDisposable
{
    private FerryNode() { }

    public static Task<FerryNode> StartAsync(NodeOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>Ends when the node has stopped; faults when it stopped because of an error.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Connects, remembers the address, and keeps it connected from now on.</summary>
    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) => throw new NotImplementedException();
    public Task LeaveAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Hits as they come, merged by content: a later item of the same content id replaces the earlier one.</summary>
    public IAsyncEnumerable<SearchHitInfo> SearchAsync(string query, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>
    /// Searches, chooses, fetches. The last event is Completed, Failed or Ambiguous. Cancelling stops the telling, not the
    /// download (once Started was told): <see cref="CancelAsync"/> does that.
    /// </summary>
    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Returns once the path is accepted; hashing goes on in the background (see <see cref="StatusAsync"/>).</summary>
    public Task<ShareInfo> ShareAsync(string path, CancellationToken cancel) => throw new NotImplementedException();
    public Task UnshareAsync(string path, CancellationToken cancel) => throw new NotImplementedException();
    public Task<IReadOnlyList<FileInfoLine>> FilesAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) => throw new NotImplementedException();
    public Task<StatusInfo> StatusAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <param name="transfer">A transfer or content id, or a prefix of one that is not ambiguous.</param>
    public Task<TransferInfo> CancelAsync(string transfer, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Says goodbye to the neighbours, flushes, stops. Unfinished transfers stay in the log.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
