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

    private long? _plainAt;
    private int _plainPercent;

    public void Show(string name, RequestEvent.Progress progress)
    {
        if (screen.IsQuiet || screen.IsJson) return;
        if (screen.Live is { } live) live.Show(this, ProgressText.Line(name, progress, live.Size.Columns));
        else ShowPlain(name, progress);
    }

    public void Clear() => screen.Live?.Show(this);

    private void ShowPlain(string name, RequestEvent.Progress progress)
    {
        var percent = Units.Percent(progress.Bytes, progress.Size);
        var isDue = _plainAt is not { } last || percent >= _plainPercent + PlainStepPercent ||
            time.GetElapsedTime(last) >= PlainEvery;
        if (!isDue) return;
        _plainAt = time.GetTimestamp();
        _plainPercent = percent - (percent % PlainStepPercent);
        screen.Note($"{name}: {ProgressText.Facts(progress)}");
    }
}
