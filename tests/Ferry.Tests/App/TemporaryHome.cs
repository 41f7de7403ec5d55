namespace Ferry.Tests.App;

/// <summary>A folder for one test, short enough for a socket.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ferry").FullName;

    public string Socket => System.IO.Path.Combine(Path, "control.sock");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
