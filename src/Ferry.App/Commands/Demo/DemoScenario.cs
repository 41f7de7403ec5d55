using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands.Demo;

/// <summary>How a demo ended, also as JSON.</summary>
/// <param name="RelaysKilled">In mid-transfer.</param>
/// <param name="Sha256">Of the file that arrived; null when none did.</param>
internal sealed record DemoInfo(
    bool Worked, long Bytes, double Seconds, long Resent, int RelaysKilled, string? Sha256,
    IReadOnlyList<SourceInfo> Sources);

/// <summary>A request, two relays that die in the middle of it, a file that arrives all the same.</summary>
internal sealed class DemoScenario(DemoFiles files, DemoNetwork network, DemoOutput output)
{
    private const int FirstDeathPercent = 25;
    private const int SecondDeathPercent = 55;
    private static readonly TimeSpan DeadFor = TimeSpan.FromSeconds(1.5);

    private readonly List<Task> _restarts = [];
    private readonly Queue<(DemoNode Relay, int AtPercent, string Consequence)> _deaths = new(
    [
        (network.Relay1, FirstDeathPercent, "the spare is the other way"),
        (network.Relay2, SecondDeathPercent, "there is no other way"),
    ]);

    private int _killed;
    private DemoPause? _pause;

    /// <summary>Generous: it catches what hangs, not what is slow.</summary>
    public static TimeSpan TimeFor(long size) => TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(size / 2_000_000.0);

    public async Task<DemoInfo> RunAsync(CancellationToken cancel)
    {
        output.Say($"This demo starts six nodes on this machine and carries a file of {Units.Size(files.Size)} over " +
            "three hops:");
        output.Say("");
        foreach (var line in DemoNetwork.Picture.Split('\n')) output.Say("  " + line);
        output.Say("");
        output.Say("Making the file and starting the nodes ...");
        var sha256 = await files.WriteOriginalAsync(cancel);
        await network.StartAsync(files.Original, cancel);
        output.Begin();
        output.Happened($"all links are up; requester asks the network for '{DemoFiles.FileName}'");
        var end = await RequestAsync(cancel);
        await Task.WhenAll(_restarts);
        return await ConcludeAsync(end, sha256, cancel);
    }

    private async Task<RequestEvent> RequestAsync(CancellationToken cancel)
    {
        var request = new RequestOptions(DemoFiles.FileName, null, First: false);
        await foreach (var told in network.Requester.Control.RequestAsync(request, cancel))
        {
            switch (told)
            {
                case RequestEvent.Found found:
                    var holders = found.Hit.Holders.Select(
                        holder => $"{network.NameOf(holder.Node)} ({holder.Hops} hops)");
                    output.Happened($"found at {string.Join(" and ", holders)}");
                    break;
                case RequestEvent.Started:
                    output.Happened("the transfer starts");
                    break;
                case RequestEvent.Progress progress:
                    await OnProgressAsync(progress, cancel);
                    break;
                case RequestEvent.Completed or RequestEvent.Failed or RequestEvent.Ambiguous:
                    return told;
            }
        }
        return new RequestEvent.Failed(FailureKind.Failed, "the request ended without a result");
    }

    private async Task OnProgressAsync(RequestEvent.Progress progress, CancellationToken cancel)
    {
        output.Progress(progress);
        var percent = Units.Percent(progress.Bytes, progress.Size);
        if (_pause?.OnProgress(progress.Bytes, output.Seconds) is { } seconds)
        {
            output.Happened($"data flows again at {percent} %, after a pause of {Units.Time(seconds)}");
            _pause = null;
        }
        if (!_deaths.TryPeek(out var death) || percent < death.AtPercent || percent >= 100) return;
        _deaths.Dequeue();
        await death.Relay.KillAsync();
        _killed++;
        _pause = new DemoPause(progress.Bytes, output.Seconds);
        output.Happened($"{death.Relay.Name} is killed (SIGKILL) at {percent} %: {death.Consequence}");
        _restarts.Add(RestartAsync(death.Relay, cancel));
    }

    private async Task RestartAsync(DemoNode relay, CancellationToken cancel)
    {
        await Task.Delay(DeadFor, cancel);
        output.Happened($"{relay.Name} is started again");
        await network.RestartAsync(relay, cancel);
        output.Happened($"{relay.Name} is linked with its neighbours again");
    }

    private async Task<DemoInfo> ConcludeAsync(RequestEvent end, string sha256, CancellationToken cancel)
    {
        output.Close();
        if (end is not RequestEvent.Completed completed)
        {
            var reason = end is RequestEvent.Failed failed ? failed.Reason : "two files were found where there is one";
            output.Conclude($"The demo failed: {reason}");
            return new DemoInfo(Worked: false, 0, output.Seconds, 0, _killed, null, []);
        }
        output.Happened("the file is complete");
        output.Say("");
        var arrived = await DemoFiles.HashAsync(completed.Path, cancel);
        var rate = Units.Rate(completed.Bytes / Math.Max(0.001, completed.Seconds));
        Column[] columns =
            [new("Sent by"), new("Bytes", IsNumber: true), new("Hops", IsNumber: true), new("Transport")];
        output.Table(columns, completed.Sources.Select(source => new[]
            { network.NameOf(source.Node), Units.Size(source.Bytes), source.Hops.ToString(), source.Transport }));
        output.Say("");
        output.Say($"  time             {Units.Time(completed.Seconds)} for {Units.Size(completed.Bytes)}, {rate} " +
            "with the pauses");
        output.Say($"  received twice   {Units.Size(completed.Resent)}");
        output.Say($"  original         SHA-256 {sha256}");
        output.Say($"  arrived          SHA-256 {arrived}");
        output.Say("");
        var flaw = Flaw(arrived == sha256);
        output.Conclude(flaw is null
            ? "The demo worked: the file arrived whole although both relays were killed on the way."
            : $"The demo failed: {flaw}");
        return new DemoInfo(flaw is null, completed.Bytes, completed.Seconds, completed.Resent, _killed, arrived,
            completed.Sources);
    }

    private string? Flaw(bool isWhole)
    {
        if (!isWhole) return "the file that arrived differs from the original";
        return _deaths.Count > 0
            ? "the file arrived before both relays could be killed, so nothing was shown: try a larger one, with " +
                "--size 1GB"
            : null;
    }
}
