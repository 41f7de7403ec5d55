using System.Text.RegularExpressions;
using Ferry.App;
using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>What packages are made of agrees with the program. That they install and run is packaging/test's.</summary>
public sealed class PackagingTests
{
    private static readonly string[] ControlFields =
    [
        "Package", "Version", "Architecture", "Maintainer", "Installed-Size", "Depends", "Recommends", "Section",
        "Priority", "Description",
    ];

    [Fact]
    public void The_version_stands_in_one_place()
    {
        var places = Repository.Files.Where(file => Path.GetExtension(file) is ".props" or ".csproj" or ".targets")
            .Where(file => Read(file).Contains("<Version>", StringComparison.Ordinal));
        Assert.Equal("Directory.Build.props", Assert.Single(places));
        Assert.Contains(
            $"<Version>{AppVersion.Text}</Version>", Read("Directory.Build.props"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Repository.Files.Where(file => file.StartsWith("packaging/", StringComparison.Ordinal)),
            file => Read(file).Contains(AppVersion.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_newest_changes_are_those_of_the_version()
    {
        var newest = Repository.Lines("CHANGELOG.md").First(line => line.StartsWith("## ", StringComparison.Ordinal));
        Assert.Matches($"^## {Regex.Escape(AppVersion.Text)}(, .*)?$", newest);
    }

    [Fact]
    public void The_control_file_is_sound()
    {
        var lines = Repository.Lines("packaging/debian/control");
        var fields = lines.Where(line => line[0] != ' ').Select(line => line.Split(": ", 2)).ToList();

        Assert.Equal(ControlFields, fields.Select(field => field[0]));
        Assert.All(fields, field => Assert.True(field is [_, { Length: > 0 }], $"{field[0]} has no value"));
        Assert.All(lines, line => Assert.True(line.Length <= 80 && line == line.TrimEnd(), line));
    }

    [Fact]
    public void The_service_runs_a_command_that_exists()
    {
        var unit = Unit();
        var words = Assert.Single(unit, entry => entry.Key == "ExecStart").Value.Split(' ');

        Assert.Equal("/usr/bin/ferry", words[0]);
        Assert.NotNull(new CommandTable().Find(words[1]));
        Assert.Equal("$FERRY_NODE_OPTIONS", words[2]);
        Assert.Contains(unit, entry => entry is { Key: "EnvironmentFile", Value: "-%E/ferry/node.conf" });
    }

    [Fact]
    public void The_service_has_what_a_node_needs_and_not_more()
    {
        var unit = Unit().ToLookup(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);

        Assert.Equal(["yes"], unit["NoNewPrivileges"]);
        Assert.Equal(["strict"], unit["ProtectSystem"]);
        // A user's manager takes no notice of the line above without this one.
        Assert.Equal(["yes"], unit["PrivateUsers"]);
        Assert.Equal(
            ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_BLUETOOTH"],
            Assert.Single(unit["RestrictAddressFamilies"]).Split(' '));
        // .NET compiles while it runs.
        Assert.Empty(unit["MemoryDenyWriteExecute"]);
        // What does not mend by waiting.
        Assert.Equal(
            [$"{(int)ExitCode.Usage} {(int)ExitCode.Refused}"], unit["RestartPreventExitStatus"]);
    }

    [Fact]
    public void The_copyright_file_names_every_package_that_is_brought_along()
    {
        var copyright = Read("packaging/debian/copyright");
        var packages = Regex.Matches(
                Read("src/Ferry.App/packages.lock.json"), "^ {6}\"(?<name>[^\"]+)\": \\{", RegexOptions.Multiline,
                TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["name"].Value)
            .Where(name => !name.StartsWith("ferry.", StringComparison.Ordinal))
            // These work at the build only.
            .Where(name => !name.Contains("Analyzer", StringComparison.Ordinal));
        Assert.All(packages, name => Assert.Contains(name, copyright, StringComparison.OrdinalIgnoreCase));
    }

    private static string Read(string file) => File.ReadAllText(Repository.FullPath(file));

    private static List<KeyValuePair<string, string>> Unit() =>
    [
        .. Repository.Lines("packaging/debian/ferry.service")
            .Where(line => line.Length > 0 && line[0] is not ('#' or '['))
            .Select(line => line.Split('=', 2))
            .Select(parts => KeyValuePair.Create(parts[0], parts[1])),
    ];
}
