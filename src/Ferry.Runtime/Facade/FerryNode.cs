using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Runtime.Composition;
using Ferry.Runtime.Links;
using Ferry.Runtime.Requests;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime;

/// <summary>
/// A node in this process: the library's public face. Failures a user can act on are <see cref="FerryException"/>s.
/// </summary>
public sealed class FerryNode : IAsyncDisposable
{
    private readonly NodeParts _parts;
    private readonly FileRequests _requests;
    private readonly Transfers _transfers;
    private readonly NetworkViews _network;
    private readonly TimeProvider _time;
    private readonly long _started;

    private FerryNode(NodeParts parts, TimeProvider time)
    {
        _parts = parts;
        _time = time;
        _started = time.GetTimestamp();
        _requests = new FileRequests(
            parts.Loop, parts.Searches, parts.Notices, parts.Shares.Catalog,
            new LocalCopy(new FileDisk(), parts.Shares.Catalog, parts.Downloads), parts.Identity.Id, time);
        _transfers = new Transfers(parts.Loop);
        _network = new NetworkViews(parts.Loop, parts.Connector);
        Completion = RunAsync();
    }

    /// <summary>Ends when the node has stopped; faults when it stopped because of an error.</summary>
    public Task Completion { get; }

    public static async Task<FerryNode> StartAsync(
        NodeOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel) =>
        new(await NodeParts.StartAsync(options, time, logs, cancel), time);

    /// <summary>Connects, remembers the address, and keeps it connected from now on.</summary>
    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) =>
        _parts.Membership.JoinAsync(address, cancel);

    /// <summary>Looks for nodes within radio range, for some seconds.</summary>
    public async Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel)
    {
        var found = await _parts.Transports.DiscoverAsync(cancel);
        if (!found.Succeeded) throw LinkFailures.ToException(found.Failure);
        return [.. found.Value.Select(
            node => new DiscoveredInfo(node.Name, node.Address, node.Transport, node.SignalDbm))];
    }

    /// <summary>Links to nobody, dials nobody and listens nowhere until the next join.</summary>
    public Task LeaveAsync(CancellationToken cancel) => _parts.Membership.LeaveAsync(cancel);

    /// <summary>Hits as they come, merged by content: a later item of a content id replaces the earlier one.</summary>
    public async IAsyncEnumerable<SearchHitInfo> SearchAsync(
        string query, [EnumeratorCancellation] CancellationToken cancel)
    {
        ContentId? content = ContentId.TryParse(query.AsSpan().Trim(), out var id) ? id : null;
        var found = new FoundContents(content is null ? query : content.Value.ToString());
        await foreach (var hit in _parts.Searches.RunAsync(query, content, cancel))
        {
            found.Add(hit);
            foreach (var ranked in found.Rank())
            {
                if (ranked.Content == hit.Content) yield return found.Describe(ranked);
            }
        }
    }

    /// <summary>
    /// Searches, chooses, fetches. The last event is Completed, Failed or Ambiguous. Cancelling ends the events, not
    /// the download (once Started was sent): <see cref="CancelAsync"/> does that.
    /// </summary>
    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) =>
        _requests.RunAsync(options, cancel);

    /// <summary>Returns once the path is accepted; <see cref="StatusAsync"/> shows how far hashing has come.</summary>
    public Task<ShareInfo> ShareAsync(string path, CancellationToken cancel) => _parts.Shares.ShareAsync(path, cancel);
    public Task UnshareAsync(string path, CancellationToken cancel) => _parts.Shares.UnshareAsync(path, cancel);
    public Task<IReadOnlyList<FileInfoLine>> FilesAsync(CancellationToken cancel) => _parts.Shares.FilesAsync(cancel);
    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) => _network.PeersAsync(cancel);
    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) => _network.RoutesAsync(cancel);
    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) => _transfers.ListAsync(cancel);

    public async Task<StatusInfo> StatusAsync(CancellationToken cancel)
    {
        var (peers, routes) = await _parts.Loop.QueryAsync((engine, now) => (
            engine.Neighbours(now).Select(link => link.Node).Distinct().Count(),
            engine.Routes(now).Select(route => route.Destination).Distinct().Count()), cancel);
        var transfers = await _transfers.ListAsync(cancel);
        var options = _parts.Options;
        return new StatusInfo(
            _parts.Identity.Id.ToString(), options.Nickname!, _parts.Home.Path, _parts.Downloads,
            _parts.Listeners.BoundAddresses, _parts.Listeners.Addresses,
            [.. _parts.Listeners.Warnings, .. _parts.Warnings.All],
            _parts.Membership.HasLeft ? "left" : options.Open ? "open" : "closed", peers, routes,
            transfers.Count(transfer => transfer.State == StateNames.Of(TransferState.Running)),
            transfers.Count(transfer => transfer.State != StateNames.Of(TransferState.Ended)),
            _parts.Shares.Progress, [.. _parts.Connector.Addresses.Select(address => address.Address)],
            _time.GetElapsedTime(_started).TotalSeconds, Version());
    }

    /// <param name="transfer">A transfer or content id, or a prefix of one that is not ambiguous.</param>
    public Task<TransferInfo> CancelAsync(string transfer, CancellationToken cancel) =>
        _transfers.CancelAsync(transfer, cancel);

    /// <summary>Writes what the node did lately into a file, for whoever looks for a fault.</summary>
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
        await _parts.DisposeAsync();
        if (fault is null) return;
        if (fault is FerryException) ExceptionDispatchInfo.Throw(fault);
        var where = recorded is null ? "" : $"; what came before is recorded in {recorded}";
        throw new InvalidOperationException($"the node stopped because of an error: {fault.Message}{where}", fault);
    }

    private static string Version() => typeof(FerryNode).Assembly.GetName().Version?.ToString(3) ?? "";
}
