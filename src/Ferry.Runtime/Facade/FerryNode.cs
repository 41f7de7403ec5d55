using Ferry.Runtime.Composition;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime;

/// <summary>A node in this process: the library's public face.</summary>
public sealed class FerryNode : IRunningNode
{
    private readonly Supervisor _supervisor;

    private FerryNode(Supervisor supervisor) => _supervisor = supervisor;

    /// <inheritdoc/>
    public Task Completion => _supervisor.Completion;

    private NodeParts Parts => _supervisor.Parts;

    /// <summary>Returns when the node listens and its unfinished transfers are taken up again.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="time">The clock of everything in it.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="cancel">Gives up starting; what was started is stopped again.</param>
    /// <exception cref="FerryException">It cannot start, with the way out.</exception>
    public static async Task<FerryNode> StartAsync(
        NodeOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel) =>
        new(await Supervisor.StartAsync(options, time, logs, cancel));

    /// <inheritdoc/>
    public async Task<JoinInfo> JoinAsync(string address, CancellationToken cancel)
    {
        var parts = Parts;
        return await parts.Membership.JoinAsync(await parts.Near.AddressOfAsync(address, cancel), cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel) =>
        Parts.Near.DiscoverAsync(cancel);

    /// <inheritdoc/>
    public Task LeaveAsync(CancellationToken cancel) => Parts.Membership.LeaveAsync(cancel);

    /// <inheritdoc/>
    public Task<InviteInfo> InviteAsync(InviteOptions options, CancellationToken cancel) =>
        Task.FromResult(Parts.Invitations.Invite(options));

    /// <inheritdoc/>
    public IAsyncEnumerable<AskInfo> AsksAsync(CancellationToken cancel) => Parts.Decisions.AsksAsync(cancel);

    /// <inheritdoc/>
    public Task<KnownNodeInfo> AdmitAsync(string node, CancellationToken cancel) => Parts.Decisions.AdmitAsync(node);

    /// <inheritdoc/>
    public Task<KnownNodeInfo> TrustAsync(string node, CancellationToken cancel) => Parts.Decisions.TrustAsync(node);

    /// <inheritdoc/>
    public Task<KnownNodeInfo> BlockAsync(string node, CancellationToken cancel) => Parts.Decisions.BlockAsync(node);

    /// <inheritdoc/>
    public Task<KnownNodeInfo> ForgetAsync(string what, CancellationToken cancel) =>
        Parts.Decisions.ForgetAsync(what);

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestEvent> SearchAsync(string query, bool isPublic, CancellationToken cancel) =>
        Parts.Searches.DescribeAsync(query, isPublic, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) =>
        Parts.Requests.RunAsync(options, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<OfferInfo> SendAsync(SendOptions options, CancellationToken cancel) =>
        Parts.Pushes.SendAsync(options, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<RequestEvent> AcceptAsync(AcceptOptions options, CancellationToken cancel) =>
        Parts.Pushes.AcceptAsync(options, cancel);

    /// <inheritdoc/>
    public Task<OfferInfo> RefuseAsync(string what, CancellationToken cancel) =>
        Parts.Pushes.RefuseAsync(what, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<OfferInfo> OffersAsync(CancellationToken cancel) => Parts.Pushes.OffersAsync(cancel);

    /// <inheritdoc/>
    public Task<ShareInfo> ShareAsync(string path, bool hidden, CancellationToken cancel) =>
        Parts.Shares.ShareAsync(path, hidden, cancel);

    /// <inheritdoc/>
    public Task UnshareAsync(string path, CancellationToken cancel) => Parts.Shares.UnshareAsync(path, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<FileInfoLine> FilesAsync(CancellationToken cancel) => Parts.Shares.FilesAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) => Parts.Network.PeersAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) => Parts.Network.RoutesAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) =>
        Parts.Transfers.ListAsync(cancel);

    /// <inheritdoc/>
    public Task<StatusInfo> StatusAsync(CancellationToken cancel) => Parts.Status.DescribeAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferInfo>> CancelAsync(string transfer, CancellationToken cancel) =>
        Parts.Transfers.CancelAsync(transfer, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferInfo>> PauseAsync(string? transfer, CancellationToken cancel) =>
        Parts.Transfers.PauseAsync(transfer, isPaused: true, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TransferInfo>> ResumeAsync(string? transfer, CancellationToken cancel) =>
        Parts.Transfers.PauseAsync(transfer, isPaused: false, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LimitInfo>> LimitAsync(LimitChange? change, CancellationToken cancel) =>
        change is null ? Task.FromResult(Parts.Limits.List()) : Parts.Limits.ChangeAsync(change, cancel);

    /// <inheritdoc/>
    public Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel) =>
        Parts.Diagnosis.WriteAsync(options, cancel);

    /// <summary>
    /// Says goodbye to the neighbours, flushes, stops, and lets go of the home, which also a node that has stopped by
    /// itself keeps until then. Unfinished transfers stay in the log.
    /// </summary>
    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();
}
