using System.Text.RegularExpressions;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>
/// The form of what users are told of failures (CONTRIBUTING.md), as far as it can be seen: a message stands behind a
/// colon, so it is no sentence of its own.
/// </summary>
public sealed partial class MessageTests
{
    /// <summary>Fewer would mean that they are not found any more.</summary>
    private const int MessagesMin = 90;

    private static readonly string[] Names = ["Bluetooth", "Ferry", "D-Bus", "I/O"];

    [Fact]
    public void Messages_begin_in_lower_case_and_have_no_full_stop()
    {
        var messages = (
            from file in Repository.CSharpFiles
            where file.StartsWith("src/", StringComparison.Ordinal)
            from message in Messages.In(File.ReadAllText(Repository.FullPath(file)))
            select (file, message.Line, message.Text)).ToList();
        Assert.True(messages.Count >= MessagesMin, $"only {messages.Count} messages were found");
        Assert.Empty(messages.Where(message => !IsInForm(message.Text))
            .Select(message => $"{message.file}:{message.Line}: {message.Text}"));
    }

    [Theory]
    [InlineData("the disk is full: make room", true)]
    [InlineData("{} is in use: stop the program that has it", true)]
    [InlineData("Bluetooth cannot be used: {}", true)]
    [InlineData("The disk is full: make room", false)]
    [InlineData("the disk is full: make room.", false)]
    [InlineData("the disk is full. Make room", false)]
    public void The_form_is_told_from_others(string text, bool isInForm) => Assert.Equal(isInForm, IsInForm(text));

    [Fact]
    public void A_message_is_found_in_its_parts_and_its_alternatives()
    {
        const string Source = """
            throw new FerryException(FailureKind.Failed,
                $"{what} is {(isBig ? "too big" : "gone")}: " + "do this", e);
            screen.Error(isLate ? "Late." : $"early ({Text("x")})");
            """;
        Assert.Equal(
            [(1, "{} is {}: do this"), (3, "Late."), (3, "early ({})")],
            Messages.In(Source));
    }

    private static bool IsInForm(string text) =>
        !FullStop().IsMatch(text)
        && (!char.IsAsciiLetterUpper(text[0]) || Names.Any(name => text.StartsWith(name, StringComparison.Ordinal)));

    /// <summary>At the end, or before another sentence.</summary>
    [GeneratedRegex(@"\.\s*$|\. +[A-Z{']", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FullStop();
}
