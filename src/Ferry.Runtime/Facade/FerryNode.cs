using System.Runtime.ExceptionServices;
using Ferry.Runtime.Composition;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime;

/// <summary>A node in this process: the library's public face.</summary>
public sealed class FerryNode : IRunningNode
{
    private readonly NodeParts _parts;

    private FerryNode(NodeParts parts)
    {
        _parts = parts;
        Completion = RunAsync();
    }

    /// <inheritdoc/>
    public Task Completion { get; }

    /// <summary>Returns when the node listens and its unfinished transfers are taken up again.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="time">The clock of everything in it.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="cancel">Gives up starting; what was started is stopped again.</param>
    /// <exception cref="FerryException">It cannot start, with the way out.</exception>
    public static async Task<FerryNode> StartAsync(
        NodeOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel) =>
        new(await NodeBuilder.StartAsync(options, time, logs, cancel));

    /// <inheritdoc/>
    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) =>
        _parts.Membership.JoinAsync(address, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel) =>
        _parts.Network.DiscoverAsync(cancel);

    /// <inheritdoc/>
    public Task LeaveAsync(CancellationToken cancel) => _parts.Membership.LeaveAsync(cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestEvent> SearchAsync(string query, CancellationToken cancel) =>
        _parts.Searches.DescribeAsync(query, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) =>
        _parts.Requests.RunAsync(options, cancel);

    /// <inheritdoc/>
    public Task<ShareInfo> ShareAsync(string path, bool hidden, CancellationToken cancel) =>
        _parts.Shares.ShareAsync(path, hidden, cancel);

    /// <inheritdoc/>
    public Task UnshareAsync(string path, CancellationToken cancel) => _parts.Shares.UnshareAsync(path, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<FileInfoLine> FilesAsync(CancellationToken cancel) => _parts.Shares.FilesAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) => _parts.Network.PeersAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) => _parts.Network.RoutesAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) =>
        _parts.Transfers.ListAsync(cancel);

    /// <inheritdoc/>
    public Task<StatusInfo> StatusAsync(CancellationToken cancel) => _parts.Status.DescribeAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferInfo>> CancelAsync(string transfer, CancellationToken cancel) =>
        _parts.Transfers.CancelAsync(transfer, cancel);

    /// <inheritdoc/>
    public Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel) =>
        _parts.Diagnosis.WriteAsync(options, cancel);

    /// <summary>
    /// Says goodbye to the neighbours, flushes, stops, and lets go of the home, which also a node that has stopped by
    /// itself keeps until then. Unfinished transfers stay in the log.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _parts.Life.Stop();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _parts.Home.Dispose();
    }

    private async Task RunAsync()
    {
        var fault = await _parts.Life.End;
        var recorded = fault is null or FerryException ? null : _parts.Diagnosis.WriteFault(fault);
        await _parts.Stops.DisposeAsync();
        if (fault is null) return;
        if (fault is FerryException) ExceptionDispatchInfo.Throw(fault);
        var where = recorded is null ? "" : $"; what came before is recorded in {recorded}";
        throw new InvalidOperationException($"the node stopped because of an error: {fault.Message}{where}", fault);
    }
}
