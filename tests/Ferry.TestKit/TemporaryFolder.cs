namespace Ferry.TestKit;

/// <summary>A folder of a test's own, with a short path: a Unix socket's name in it must fit into 107 bytes.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ferry-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string NewFolder(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>A file with this text, in a folder that is made if need be; returns its path.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
