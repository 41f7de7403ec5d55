using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>Tells a person (or a script) how a request goes on, and knows when it is over.</summary>
/// <param name="namesFile">The user said what the file is to be called.</param>
internal sealed class RequestView(CommandContext context, string what, bool detach, bool namesFile)
{
    private readonly Screen _screen = context.Screen;
    private readonly ProgressLine _progress = new(context.Screen, context.Time);
    private string _name = what;
    private string? _transfer;
    private TransferPhase? _state;

    /// <summary>Null until the request is over for this command.</summary>
    public ExitCode? Result { get; private set; }

    /// <summary>What the user has to choose from.</summary>
    public IReadOnlyList<SearchHitInfo>? Choices { get; private set; }

    /// <summary>Shows what happens until the request is over for this command, and says how it ended.</summary>
    public async Task<ExitCode> FollowAsync(IAsyncEnumerable<RequestEvent> events, CancellationToken cancel)
    {
        try
        {
            await foreach (var told in events.WithCancellation(cancel))
            {
                Show(told);
                if (Result is not null) break;
            }
            return Result ?? ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (!context.ShellEnds.IsCancellationRequested) SayInterrupted();
            return ExitCode.Interrupted;
        }
        finally
        {
            _progress.Clear();
        }
    }

    private void Show(RequestEvent told)
    {
        _screen.Json(told, ControlJson.Default.RequestEvent);
        switch (told)
        {
            case RequestEvent.Found found:
                _name = found.Hit.Name;
                var shown = FileNames.Shown(_name, found.Hit.Kind);
                _screen.Note($"Found {shown} ({Units.Size(found.Hit.Size)}): {Holders(found.Hit.Holders)}.");
                break;
            case RequestEvent.Waiting waiting:
                _screen.Note($"Waiting: {waiting.Reason}");
                break;
            case RequestEvent.Remark remark:
                _screen.Note(remark.Text);
                break;
            case RequestEvent.Ambiguous ambiguous:
                Choices = ambiguous.Choices;
                Result = ExitCode.Failed;
                break;
            case RequestEvent.Started started:
                Start(started);
                break;
            case RequestEvent.Progress progress:
                Progress(progress);
                break;
            case RequestEvent.Paused paused:
                _progress.Clear();
                _screen.Note($"Paused: {paused.Reason}");
                break;
            case RequestEvent.Completed completed:
                _progress.Clear();
                Complete(completed);
                Result = ExitCode.Done;
                break;
            case RequestEvent.Skipped skipped:
                _screen.Line($"{skipped.Path} stays as it is; nothing was fetched.");
                Result = ExitCode.Done;
                break;
            case RequestEvent.Failed failed:
                _progress.Clear();
                Choices = failed.Choices;
                _screen.Error(failed.Reason);
                Result = ExitCodes.Of(failed.Kind);
                break;
        }
    }

    private void SayInterrupted()
    {
        _progress.Clear();
        if (_transfer is null)
        {
            _screen.Error("interrupted before the download had started");
            return;
        }
        _screen.Error(
            $"the download of {_name} goes on in the node: '{context.Typed("transfers")}' shows it, " +
            $"'{context.Typed("cancel " + ShortId.Of(_transfer))}' stops it for good");
    }

    private void Start(RequestEvent.Started started)
    {
        _name = started.Name;
        _transfer = started.Transfer;
        // From now on the node fetches it: a shell can take the next command.
        context.Release?.Invoke();
        if (!detach) return;
        _screen.Line(
            $"Fetching {started.Name} ({Units.Size(started.Size)}) as transfer {ShortId.Of(started.Transfer)}. " +
            $"'{context.Typed("transfers")}' shows how far it is.");
        Result = ExitCode.Done;
    }

    private void Progress(RequestEvent.Progress progress)
    {
        // Running is the rule; a word is due when it stops being so, and when it is so again.
        if (_state is not null && progress.State != _state && _screen.Live is null)
        {
            _screen.Note($"{_name}: {progress.State.Name()}");
        }
        _state = progress.State;
        // A shell shows all transfers of its node.
        if (context.Release is null) _progress.Show(_name, progress);
    }

    private void Complete(RequestEvent.Completed completed)
    {
        if (completed.Match == HitMatch.Similar) _screen.Note($"{_name} is only like the name that was asked for.");
        if (completed.AlreadyThere)
        {
            _screen.Line($"{completed.Path} has this content already; nothing to fetch.");
            return;
        }
        var rate = completed.Seconds > 0 ? $", {Units.Rate(completed.Bytes / completed.Seconds)}" : "";
        _screen.Line($"{completed.Path}");
        _screen.Note($"  {Units.Size(completed.Bytes)} in {Units.Time(completed.Seconds)}{rate}; " +
            $"{(completed.Resent == 0 ? "nothing" : Units.Size(completed.Resent))} came twice");
        var spared = completed.Bytes - (completed.Received - completed.Resent);
        if (spared > 0) _screen.Note($"  {Units.Size(spared)} of it did not have to come: it was here, or is zeros");
        SayOtherName(completed.Path);
        foreach (var source in completed.Sources)
        {
            _screen.Note($"  {Units.Size(source.Bytes),8} from {ShortId.Of(source.Node)}, " +
                $"{Units.Count(source.Hops, "hop", "hops")}, {source.Transport}");
        }
    }

    /// <summary>A name that the user chose needs no word.</summary>
    private void SayOtherName(string path)
    {
        var offered = _name[(_name.LastIndexOf('/') + 1)..];
        if (_transfer is null || namesFile || Path.GetFileName(path) == offered) return;
        _screen.Note($"  offered as {offered}, a name that is taken, or that a file here cannot have");
    }

    private static string Holders(IReadOnlyList<HolderInfo> holders)
    {
        if (holders.Count == 0) return "nobody holds it now";
        var near = holders.Min(holder => holder.Hops);
        if (near == 0) return "this node has it";
        return $"{Units.Count(holders.Count, "node has it", "nodes have it")}, the nearest " +
            $"{Units.Count(near, "hop", "hops")} away";
    }
}
