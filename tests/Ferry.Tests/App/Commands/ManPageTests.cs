using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class ManPageTests
{
    private static readonly string[] Macros = [".TH", ".SH", ".SS", ".PP", ".TP", ".br"];

    private readonly CommandTable _table = new();
    private readonly List<string> _page;

    public ManPageTests() => _page = [.. ManPage.Lines(_table)];

    [Fact]
    public void Page_has_each_command_with_its_options_and_examples()
    {
        foreach (var command in _table.Shown)
        {
            Assert.Contains($@".SS \fB{command.Name}", _page.Select(line => line.Split(' ') is [var macro, var name, ..]
                ? $"{macro} {name.Replace(@"\fR", "", StringComparison.Ordinal)}" : line));
            Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Contains(
                _page, line => line.Contains(option.Name.Replace("-", @"\-", StringComparison.Ordinal),
                    StringComparison.Ordinal)));
            Assert.Contains(_page, line => line.StartsWith($@"\fBferry {command.Name}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Line_that_troff_takes_for_a_request_is_one_of_a_few_macros() =>
        Assert.All(_page.Where(line => line is ['.' or '\'', ..]), line => Assert.Contains(line.Split(' ')[0], Macros));

    [Fact]
    public void What_is_typed_keeps_its_characters()
    {
        Assert.DoesNotContain(_page, line => line.Contains('~') || line.Contains('^') || line.Contains('\''));
        Assert.Contains(_page, line => line.Contains(@"\(aqatlas*\(aq \-\-output \(ti/Maps", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_exit_code_is_told() =>
        Assert.Equal(Enum.GetValues<ExitCode>(), ExitCodes.Meanings.Select(meaning => meaning.Code));
}
