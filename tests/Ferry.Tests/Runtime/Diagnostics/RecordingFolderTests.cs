using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Runtime;
using Ferry.Runtime.Diagnostics;
using Ferry.TestKit;
using Xunit;

namespace Ferry.Tests.Runtime.Diagnostics;

public sealed class RecordingFolderTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TestClock _clock = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_recording_is_for_its_owner_alone()
    {
        var path = Write(null);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            ModeOf(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void The_last_few_are_kept()
    {
        var written = Enumerable.Range(0, RecordingFolder.FilesMax + 3).Select(_ => Write(null)).ToList();

        var kept = Directory.GetFiles(_home["diagnostics"]).Order(StringComparer.Ordinal);

        Assert.Equal(written[3..], kept);
    }

    [Fact]
    public void A_file_that_is_there_is_not_replaced()
    {
        var path = _home.Write("report", "mine");

        var failure = Assert.Throws<FerryException>(() => Write(path));

        Assert.Equal($"{path} is there already: choose another file with --output", failure.Message);
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named_with_the_way_out()
    {
        var failure = Assert.Throws<FerryException>(() => Write(_home["nowhere/report"]));

        Assert.Contains(_home["nowhere/report"], failure.Message, StringComparison.Ordinal);
        Assert.Contains("--output", failure.Message, StringComparison.Ordinal);
    }

    private string Write(string? path)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var recorder = new FlightRecorder(Some.Options(Some.Node(1)), RecoveredState.Empty, 10_000);
        recorder.Begin(Some.At(1), new Input.Tick());
        recorder.End([]);
        var (written, extent) = new RecordingFolder(_home.Path, _clock).Write(recorder.Snapshot(), "a test", path, [1]);
        Assert.Equal(new RecordingExtent(1, Some.At(1), Some.At(1)), extent);
        return written;
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows()
        ? throw new NotSupportedException("modes are a Unix thing") : File.GetUnixFileMode(path);
}
