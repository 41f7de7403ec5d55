using System.Runtime.Versioning;
using Ferry.App.Commands;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>The script for bash in bash itself, which calls the program as it does behind a Tab.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompletionScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Bash ends words at a colon, and a blank in a name has to be escaped.</summary>
    [Theory]
    [InlineData("ferry passph", "ferry passph", "passphrase")]
    [InlineData("ferry share my", "ferry share my", @"my\ maps/")]
    [InlineData("ferry share 'my", "ferry share \"'my\"", "my maps/")]
    [InlineData("ferry share a:", "ferry share a :", "b/")]
    public async Task Bash_puts_in_what_is_completed(string line, string words, string reply)
    {
        Directory.CreateDirectory(_folder["my maps"]);
        Directory.CreateDirectory(_folder["a:b"]);
        var program = string.Join(' ', FerryProgram.Command("\"$@\"").Select(
            word => word == "\"$@\"" ? word : Words.Quote(word)));
        await File.WriteAllTextAsync(
            _folder["ferry"], $"#!/bin/sh\nexec {program}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(_folder["ferry"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = $"""
            cd {Words.Quote(_folder.Path)} && PATH=$PWD:$PATH && eval "$(ferry completions bash)"
            COMP_LINE={Words.Quote(line)} COMP_WORDS=({words})
            COMP_POINT=$(expr length "$COMP_LINE") COMP_CWORD=$(expr {words.Split(' ').Length} - 1)
            _ferry
            printf '%s\n' "$COMPREPLY"
            """;

        await using var bash = ChildProcess.Start(["bash", "-c", script]);
        await bash.ExitAsync();

        Assert.Equal([reply], bash.Output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_has_a_script_that_calls_the_program(string shell)
    {
        var script = await FerryProgram.RunAsync("completions", shell);
        Assert.Equal(0, script.Code);
        Assert.Contains(script.Lines, line => line.Contains(" complete -", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shell_without_a_script_is_told()
    {
        var told = await FerryProgram.RunAsync("completions", "tcsh");
        Assert.Equal((int)ExitCode.Usage, told.Code);
        Assert.Contains("bash, zsh and fish", told.Errors, StringComparison.Ordinal);
    }
}
