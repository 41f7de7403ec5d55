using Ferry.Runtime;

namespace Ferry.App.Output;

/// <summary>
/// How far a download is: one line that changes on a terminal, a line now and then elsewhere, nothing with --quiet.
/// </summary>
internal sealed class ProgressLine(Screen screen, TimeProvider time)
{
    /// <summary>Logs are read later: a line for each tenth, and one now and then when it is slow.</summary>
    private static readonly TimeSpan PlainEvery = TimeSpan.FromSeconds(15);
    private const int PlainStepPercent = 10;
    private const int BarWidthMax = 30;
    private const int LabelCellsMax = 28;

    private bool _isDrawn;
    private long? _plainAt;
    private int _plainPercent;

    public void Show(string name, RequestEvent.Progress progress)
    {
        if (screen.IsQuiet || screen.IsJson) return;
        if (screen.Traits.OutputIsTerminal) Draw(name, progress);
        else ShowPlain(name, progress);
    }

    public void Clear()
    {
        if (_isDrawn) screen.Erase();
        _isDrawn = false;
    }

    private void Draw(string name, RequestEvent.Progress progress)
    {
        var facts = Facts(progress, progress.Sources);
        var label = Cells.Shorten(SafeText.Clean(name), LabelCellsMax);
        // The bar takes what is left, and goes first when there is little.
        var barWidth = Math.Min(BarWidthMax, screen.Traits.Width() - 1 - Cells.Width(label) - facts.Length - 5);
        if (barWidth < 8)
        {
            screen.Redraw($"{label} {facts}");
        }
        else
        {
            var part = progress.Size <= 0 ? 1 : (double)progress.Bytes / progress.Size;
            var filled = (int)(Math.Clamp(part, 0, 1) * barWidth);
            var bar = new string('█', filled) + new string('░', barWidth - filled);
            screen.Redraw($"{label}  {bar}  {facts}", label.Length + 2, filled);
        }
        _isDrawn = true;
    }

    private void ShowPlain(string name, RequestEvent.Progress progress)
    {
        var percent = Units.Percent(progress.Bytes, progress.Size);
        var isDue = _plainAt is not { } last || percent >= _plainPercent + PlainStepPercent ||
            time.GetElapsedTime(last) >= PlainEvery;
        if (!isDue) return;
        _plainAt = time.GetTimestamp();
        _plainPercent = percent - (percent % PlainStepPercent);
        screen.Note($"{name}: {Facts(progress, progress.Sources)}");
    }

    private static string Facts(RequestEvent.Progress progress, IReadOnlyList<SourceInfo> sources)
    {
        var text = $"{Units.Percent(progress.Bytes, progress.Size),3} % of {Units.Size(progress.Size)}";
        if (progress.State != TransferPhase.Running) return $"{text}, {progress.State.Name()}";
        text += $", {Units.Rate(progress.Rate)}";
        if (progress.EtaSeconds is { } left) text += $", {Units.Time(Math.Ceiling(left))} left";
        return sources.Count == 0 ? text : text + ", from " + Hops(sources);
    }

    private static string Hops(IReadOnlyList<SourceInfo> sources)
    {
        var hops = string.Join("+", sources.Take(4).Select(source => source.Hops));
        return $"{Units.Count(sources.Count, "node", "nodes")} ({hops} {(hops == "1" ? "hop" : "hops")})";
    }
}
