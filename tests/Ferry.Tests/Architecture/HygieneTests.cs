using System.Text.RegularExpressions;
using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>What must not be in the repository, and what must.</summary>
public sealed partial class HygieneTests
{
    private static readonly string[] TextEndings =
    [
        "", ".cs", ".md", ".json", ".props", ".targets", ".csproj", ".slnx", ".config", ".yml", ".txt", ".sh",
        ".html", ".css", ".js",
    ];

    [Fact]
    public void No_file_names_a_folder_of_one_machine() =>
        Assert.Empty(TextFiles().SelectMany(file => Matching(file, MachinePath())));

    [Fact]
    public void No_setting_or_lock_file_names_a_registry()
    {
        var settings = TextFiles().Where(file =>
            Path.GetExtension(file) is ".json" or ".props" or ".targets" or ".csproj" or ".config");
        Assert.Empty(settings.SelectMany(file => Matching(file, Registry())));
        var names = Repository.Files.Select(Path.GetFileName);
        Assert.DoesNotContain("nuget.config", names, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_project_has_its_lock_file() =>
        Assert.All(Repository.Projects, project =>
            Assert.Contains($"{Path.GetDirectoryName(project)}/packages.lock.json", Repository.Files));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repository.FullPath("Ferry.slnx"));
        Assert.All(Repository.Projects, project =>
            Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void The_commands_page_has_every_command()
    {
        var page = File.ReadAllText(Repository.FullPath("docs/commands.md"));
        Assert.All(new CommandTable().Commands, command => Assert.Matches($@"(`|`ferry |^){command.Name}\b", page));
    }

    /// <summary>The radio lab is left out: its paths are those of the guest it boots.</summary>
    private static IEnumerable<string> TextFiles() => Repository.Files.Where(file =>
        TextEndings.Contains(Path.GetExtension(file))
        && !file.StartsWith("tests/labs/radio-lab/", StringComparison.Ordinal));

    private static IEnumerable<string> Matching(string file, Regex pattern) =>
        Repository.Lines(file).Where(line => pattern.IsMatch(line)).Select(line => $"{file}: {line.Trim()}");

    // Examples have their homes in /home/a and /home/ferry.
    [GeneratedRegex(
        @"(^|[\s""'`=(:])/(work|root|home/(?!a/|ferry/)[a-z][\w-]*)/",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(
        @"https?://\S*(nuget|npmjs|registry|artifactory|pkgs)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Registry();
}
