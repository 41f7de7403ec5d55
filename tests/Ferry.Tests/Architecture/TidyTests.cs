using System.Text.RegularExpressions;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>Limits on what a reader has to hold in mind at once. The list of exceptions may only shrink.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 350;
    private const int LineColumnsMax = 120;
    private const int MethodLinesMax = 60;
    private const int HubLinesMax = 520;

    [Fact]
    public void Files_are_short() => AssertTidy("file", file =>
    {
        var lines = Repository.Lines(file).Length;
        return lines > FileLinesMax ? [$"{lines} lines"] : [];
    });

    [Fact]
    public void Lines_fit_on_a_screen() => AssertTidy("line", file =>
        Repository.Lines(file)
            .Select((line, index) => (Columns: line.EnumerateRunes().Count(), Number: index + 1))
            .Where(line => line.Columns > LineColumnsMax)
            .Select(line => $"line {line.Number} has {line.Columns} columns"));

    /// <summary>Tables, code and what cannot be broken (a link, a code span) are as wide as they have to be.</summary>
    [Fact]
    public void Prose_fits_on_a_screen() => Assert.Empty(
        Repository.Files.Where(file => Path.GetExtension(file) == ".md")
            .SelectMany(file => Prose.Lines(Repository.Lines(file))
                .Where(line => line.Text.EnumerateRunes().Count() > LineColumnsMax)
                .Select(line => $"{file}: line {line.Number} is longer than {LineColumnsMax} columns")));

    [Fact]
    public void Methods_are_short() => AssertTidy("method", file =>
        SourceText.Members(Repository.Lines(file))
            .Where(member => member.Lines > MethodLinesMax)
            .Select(member => $"line {member.First}: {member.Lines} lines"));

    /// <summary>The engine and the folder beside it, all that knows every room, are counted together.</summary>
    [Fact]
    public void The_hub_stays_small()
    {
        var hub = Repository.CSharpFiles.Where(file => file == "src/Ferry.Protocol/Engine.cs"
            || file.StartsWith("src/Ferry.Protocol/Hub/", StringComparison.Ordinal));
        Assert.InRange(hub.Sum(file => Repository.Lines(file).Length), 1, HubLinesMax);
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        var lost = Repository.CSharpFiles.Where(file => file.Contains("/Ferry.", StringComparison.Ordinal))
            .Select(file => (file, Found: Repository.Lines(file).FirstOrDefault(IsNamespace), Due: NamespaceOf(file)))
            .Where(each => each.Found is not null && each.Found != $"namespace {each.Due};");
        Assert.Empty(lost.Select(each => $"{each.file}: {each.Found} should be {each.Due}"));
    }

    [Fact]
    public void Nothing_is_left_for_later() => AssertTidy("later", file => Matching(file, LeftForLater()));

    [Fact]
    public void No_region_hides_code() => AssertTidy("region", file => Matching(file, Region()));

    [Fact]
    public void Names_say_what_a_type_is() => AssertTidy("name", file => Matching(file, EmptyName()));

    [Fact]
    public void Tests_wait_for_events_not_for_time() => AssertTidy("sleep", file =>
        file.StartsWith("tests/", StringComparison.Ordinal) ? Matching(file, Sleep()) : []);

    [Fact]
    public void Exceptions_name_files_that_exist() =>
        Assert.Empty(TidyExceptions.All.Select(exception => exception.File).Except(Repository.CSharpFiles));

    /// <summary>No file has more findings than its exception allows, or an exception without a finding.</summary>
    private static void AssertTidy(string rule, Func<string, IEnumerable<string>> findingsIn)
    {
        var allowed = TidyExceptions.All.Where(exception => exception.Rule == rule)
            .ToDictionary(exception => exception.File, exception => exception.Count);
        var broken = new List<string>();
        foreach (var file in Repository.CSharpFiles)
        {
            var findings = findingsIn(file).ToList();
            var limit = allowed.GetValueOrDefault(file);
            if (findings.Count > limit) broken.AddRange(findings.Select(finding => $"{file}: {finding}"));
            if (findings.Count == 0 && limit > 0) broken.Add($"{file}: tidy now, take it off the exceptions ({rule})");
        }
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    private static bool IsNamespace(string line) => line.StartsWith("namespace ", StringComparison.Ordinal);

    /// <summary>The path below src, tests or bench; the library's public face is Ferry.Runtime itself.</summary>
    private static string NamespaceOf(string file)
    {
        var space = string.Join('.', file.Split('/')[1..^1]);
        return space == "Ferry.Runtime.Facade" ? "Ferry.Runtime" : space;
    }

    private static IEnumerable<string> Matching(string file, Regex pattern) =>
        Repository.Lines(file)
            .Select((line, index) => (Line: line, Number: index + 1))
            .Where(line => pattern.IsMatch(line.Line))
            .Select(line => $"line {line.Number}: {line.Line.Trim()}");

    // Written so that they do not match themselves.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"^\s*#\s*region", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Region();

    [GeneratedRegex(
        @"\b(class|record|struct|interface)\s+\w*(Manager|Helpers?|Util(s|ity|ities)?|Impl|Base)\b",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyName();

    [GeneratedRegex(
        @"Thread\.Sleep\(|Task\.Delay\(\s*(\d|TimeSpan\.From)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sleep();
}
