using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class CommandTableTests
{
    private static readonly CommandTable Table = new();

    public static TheoryData<string> Names => new(Table.Commands.Select(command => command.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_command_has_help_with_an_example_within_80_columns(string name)
    {
        var command = Table.Find(name)!;

        var help = HelpText.Of(command, Table.Options).ToList();

        Assert.NotEmpty(command.Examples);
        Assert.All(help, line => Assert.True(line.Length <= 80, line));
        Assert.All(command.Options.Where(option => !option.Hidden),
            option => Assert.False(string.IsNullOrEmpty(option.Description)));
        Assert.Contains(help, line => line.StartsWith($"  ferry {name}", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_example_is_understood(string name)
    {
        foreach (var example in Table.Find(name)!.Examples)
        {
            var parsed = Table.Parse(Words.Split(example.Line)!);

            Assert.Empty(parsed.Errors);
            Assert.Equal(name, parsed.CommandResult.Command.Name);
        }
    }

    [Fact]
    public void List_of_commands_names_each_of_them_within_80_columns()
    {
        var help = HelpText.All(Table).ToList();

        Assert.All(Table.Shown, command => Assert.Contains(
            help, line => line.StartsWith("  " + HelpText.Heading(command), StringComparison.Ordinal)));
        Assert.All(help, line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData("--home /tmp/x --json -q -v")]
    [InlineData("")]
    public void Common_options_stand_before_or_after_the_command(string options)
    {
        var words = Words.Split(options)!;

        Assert.Empty(Table.Parse([.. words, "files"]).Errors);
        Assert.Empty(Table.Parse(["files", .. words]).Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--open --name boat")]
    [InlineData("--home /tmp/x")]
    public void No_command_means_node(string line) =>
        Assert.Equal("node", Table.Parse(Words.Split(line)!).CommandResult.Command.Name);

    [Fact]
    public void Word_that_starts_with_an_at_sign_is_a_name_like_any_other() =>
        Assert.Empty(Table.Parse(["request", "@song"]).Errors);

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("jion", "join")]
    [InlineData("reqest", "request")]
    [InlineData("NOED", "node")]
    [InlineData("srch", "search")]
    [InlineData("banana", null)]
    [InlineData("ls", null)]
    [InlineData("", null)]
    public void Misspelt_command_is_guessed(string word, string? command) => Assert.Equal(command, Table.Guess(word));
}
