using System.Globalization;
using System.Runtime.ExceptionServices;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Composition;

/// <summary>
/// Keeps a node going. An error of its own ends a run of it, not the node: it is recorded, all parts are stopped, and
/// the next run starts from the log as after a crash, without the neighbour that brought the error about. The home, the
/// lock on it and the warnings stay through all runs.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private readonly NodeGround _ground;
    private readonly RestartPolicy _policy;
    private readonly CancellationTokenSource _stop = new();
    private volatile NodeParts? _parts;
    private bool _isDisposed;

    private Supervisor(NodeGround ground, NodeParts parts)
    {
        (_ground, _parts) = (ground, parts);
        _policy = new RestartPolicy(ground.Time);
        Completion = RunAsync(parts);
    }

    /// <summary>Ends when the node has stopped, with what stopped it.</summary>
    public Task Completion { get; }

    /// <exception cref="FerryException">The node is between two runs.</exception>
    public NodeParts Parts => _parts ?? throw new FerryException(
        FailureKind.Failed, "this node starts again after an error of its own: try again in a moment");

    /// <exception cref="FerryException">The node cannot start; what was started is stopped again.</exception>
    public static async Task<Supervisor> StartAsync(
        NodeOptions options, TimeProvider time, ILoggerFactory logs, CancellationToken cancel)
    {
        var wanted = NodeOptionsCheck.Checked(options);
        var home = HomeFolder.Open(wanted.Home);
        try
        {
            var passphrase = wanted.PassphraseFile is { } file ? PassphraseKey.Of(PassphraseFile.Read(file)) : null;
            var homeLog = logs.CreateLogger("ferry.home");
            var ground = new NodeGround(
                home, new Warnings(homeLog), new Quarantine(time),
                new WaitingList(time, logs.CreateLogger("ferry.links")), passphrase, new GuessLimit(time),
                NetworkKeys.Load(home, homeLog), time, logs);
            if (home.Warning is { } warning) ground.Warnings.Add(warning);
            return new Supervisor(ground, await NodeBuilder.StartAsync(wanted, hasLeft: false, ground, cancel));
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    /// <summary>Stops the node and lets go of the home.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stop.CancelAsync();
        _parts?.Life.Stop();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ground.Home.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(NodeParts parts)
    {
        while (true)
        {
            var fault = await parts.Life.End;
            if (fault is null or FerryException)
            {
                await parts.Stops.DisposeAsync();
                if (fault is not null) ExceptionDispatchInfo.Throw(fault);
                return;
            }
            var recorded = parts.Diagnosis.WriteFault(fault);
            _parts = null;
            var (options, hasLeft) = parts.Again;
            await parts.Stops.DisposeAsync();
            if (await StartAgainAsync(options, hasLeft, fault, recorded) is not { } next) return;
            _parts = parts = next;
            if (_stop.IsCancellationRequested) next.Life.Stop();
        }
    }

    /// <summary>Null when the node was stopped meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The error comes again and again.</exception>
    private async Task<NodeParts?> StartAgainAsync(
        NodeOptions options, bool hasLeft, Exception fault, string? recorded)
    {
        while (true)
        {
            if (await WaitAsync(fault, recorded)) return null;
            try
            {
                var parts = await NodeBuilder.StartAsync(options, hasLeft, _ground, _stop.Token);
                _policy.OnStarted();
                return parts;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e) when (e is not FerryException)
            {
                (fault, recorded) = (e, null);
            }
        }
    }

    /// <summary>True when the node was stopped meanwhile.</summary>
    private async Task<bool> WaitAsync(Exception fault, string? recorded)
    {
        var where = recorded is null ? "" : $"; what came before is recorded in {recorded}";
        var neighbour = NeighbourFaultException.CauseOf(fault);
        if (_policy.After(neighbour is not null) is not { } wait)
        {
            throw new InvalidOperationException(
                $"the node stopped because an error came again and again: {fault.Message}{where}", fault);
        }
        var kept = neighbour is { } node
            ? $"; {node.Short} is kept out for {Minutes(_ground.Quarantine.Add(node))}" : "";
        _ground.Warnings.Add(
            $"an error inside Ferry, please report it: {fault.Message}; the node goes on from its log{kept}{where}");
        await Task.Delay(wait, _ground.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _stop.IsCancellationRequested;
    }

    private static string Minutes(TimeSpan term) =>
        string.Create(CultureInfo.InvariantCulture, $"{term.TotalMinutes:0} min");
}
