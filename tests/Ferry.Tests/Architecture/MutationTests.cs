using System.IO.Enumeration;
using System.Reflection;
using Ferry.Mutations;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>
/// The rules in tests/mutations fit the source as it is. That no mutation survives, tests/mutations/run finds out.
/// </summary>
public sealed class MutationTests
{
    private const string Sound =
        "Breaks it.\n\nfile src/Ferry.X/a.cs\ntest Ferry.Tests -method *B*\n---\nold\n+++\nnew\n";

    private static IReadOnlyList<Rule> Rules => Rule.LoadAll(Repository.FullPath("tests/mutations"));

    [Fact]
    public void Every_rule_finds_its_text_once_in_the_source()
    {
        Assert.True(Rules.Count >= 25, $"{Rules.Count} rules are too few");
        Assert.All(Rules, rule => rule.Apply(File.ReadAllText(Repository.FullPath(rule.File))));
    }

    [Fact]
    public void Every_rule_names_tests_that_there_are()
    {
        var methods = typeof(MutationTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
                .Select(method => $"{type.FullName}.{method.Name}")).ToList();
        var patterns = Rules.SelectMany(rule => rule.Tests)
            .Where(test => test is { Project: "Ferry.Tests", Arguments: ["-method", _] })
            .Select(test => test.Arguments[1]);
        Assert.DoesNotContain(patterns, pattern =>
            !methods.Exists(method => FileSystemName.MatchesSimpleExpression(pattern, method, ignoreCase: false)));
    }

    [Fact]
    public void The_testing_page_says_of_every_rule_what_it_breaks()
    {
        var page = File.ReadAllText(Repository.FullPath("docs/testing.md"));
        var rows = Rules.Select(rule => $"| `{rule.Name}` | {rule.Why} |");
        Assert.DoesNotContain(rows, row => !page.Contains(row, StringComparison.Ordinal));
    }

    [Fact]
    public void Rule_replaces_its_text()
    {
        var rule = Rule.Parse("sound", Sound);
        Assert.Equal(("Breaks it.", "src/Ferry.X/a.cs"), (rule.Why, rule.File));
        Assert.Equal("Ferry.Tests -method *B*", Assert.Single(rule.Tests).ToString());
        Assert.Equal("an new text", rule.Apply("an old text"));
    }

    [Theory]
    [InlineData("no text")]
    [InlineData("an old text and another old text")]
    public void Rule_that_does_not_find_its_text_once_says_so(string source)
    {
        var problem = Assert.Throws<RuleException>(() => Rule.Parse("sound", Sound).Apply(source));
        Assert.StartsWith("rule sound finds its text ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Breaks it.", "")]
    [InlineData("file src/Ferry.X/a.cs", "")]
    [InlineData("test Ferry.Tests -method *B*", "")]
    [InlineData("test Ferry.Tests -method *B*", "test Ferry.Tests")]
    [InlineData("---", "")]
    [InlineData("+++", "")]
    [InlineData("old", "")]
    [InlineData("new", "old")]
    public void Text_that_is_no_rule_is_refused(string part, string instead) =>
        Assert.Throws<RuleException>(() =>
            Rule.Parse("broken", Sound.Replace(part, instead, StringComparison.Ordinal)));
}
