using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands.Demo;

/// <summary>Tells what happens, with the time since the request, above the line that shows the progress.</summary>
internal sealed class DemoOutput(Screen screen, TimeProvider time)
{
    private readonly ProgressLine _progress = new(screen, time);
    private readonly Lock _oneAtATime = new();
    private long _zero = time.GetTimestamp();

    public double Seconds => time.GetElapsedTime(_zero).TotalSeconds;

    public void Begin() => _zero = time.GetTimestamp();

    public void Say(string text)
    {
        lock (_oneAtATime) screen.Note(text);
    }

    /// <summary>A line of the timeline.</summary>
    public void Happened(string text)
    {
        lock (_oneAtATime)
        {
            _progress.Clear();
            screen.Note($"{Seconds,8:0.0} s  {text}");
        }
    }

    public void Progress(RequestEvent.Progress progress)
    {
        lock (_oneAtATime) _progress.Show(DemoFiles.FileName, progress);
    }

    public void Table(IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        lock (_oneAtATime) screen.Table(columns, rows);
    }

    /// <summary>The verdict, also when asked to be quiet.</summary>
    public void Conclude(string text)
    {
        lock (_oneAtATime) screen.Line(text);
    }

    public void Close()
    {
        lock (_oneAtATime) _progress.Clear();
    }
}
