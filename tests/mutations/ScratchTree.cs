namespace Ferry.Mutations;

/// <summary>
/// A copy of the work tree, as it is now, where programs are broken, built and tried. It is kept from run to run, so
/// that only what has changed is built.
/// </summary>
internal sealed class ScratchTree(string workTree, string root)
{
    public string FullPath(string file) => Path.Combine(root, file);

    /// <summary>Makes it like the work tree, but for what was built in it.</summary>
    public void Follow()
    {
        Directory.CreateDirectory(root);
        var files = Git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
            .TrimEnd('\n').Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Combine(workTree, file))).ToHashSet(StringComparer.Ordinal);
        foreach (var old in Sources().Where(file => !files.Contains(file)).ToList()) File.Delete(FullPath(old));
        foreach (var file in files) Copy(file);
    }

    /// <summary>Builds a test program and all that it needs.</summary>
    public ToolRun Build(string project, TimeSpan limit) => Build(limit, $"tests/{project}");

    /// <summary>Builds one assembly of the program by itself.</summary>
    public ToolRun BuildAlone(string folder, TimeSpan limit) =>
        Build(limit, folder, "--no-restore", "--no-dependencies");

    /// <summary>What a project was built into; of a test program, or beside one that uses it.</summary>
    public string Built(string folder, string assembly) => FullPath($"{folder}/bin/Release/net10.0/{assembly}.dll");

    public ToolRun Run(TestRun test, TimeSpan limit) => ToolRun.Start(root, limit,
        ["dotnet", Built($"tests/{test.Project}", test.Project), .. test.Command]);

    // Without analyzers: they have nothing to say about what is wrong.
    private ToolRun Build(TimeSpan limit, params string[] what) => ToolRun.Start(root, limit,
    [
        "dotnet", "build", .. what, "-c", "Release", "-v", "q", "-nodeReuse:false", "-p:RunAnalyzers=false",
        "-p:EnforceCodeStyleInBuild=false", "-p:TreatWarningsAsErrors=false",
    ]);

    private IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private void Copy(string file)
    {
        var (from, to) = (Path.Combine(workTree, file), FullPath(file));
        if (File.Exists(to) && File.ReadAllBytes(from).AsSpan().SequenceEqual(File.ReadAllBytes(to))) return;
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
        // Not the time of the original: it may be older than what was built here of another text.
        File.SetLastWriteTimeUtc(to, TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    private string Git(params string[] arguments)
    {
        var run = ToolRun.Start(workTree, TimeSpan.FromMinutes(1), ["git", .. arguments]);
        return run.Code == 0 ? run.Output
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {run.Output}");
    }
}
