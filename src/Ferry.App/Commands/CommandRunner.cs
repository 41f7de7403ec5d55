using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>From words to an exit code: parses, runs, and turns what went wrong into one sentence.</summary>
internal static class CommandRunner
{
    /// <param name="typed">A command as the user would type it here.</param>
    /// <param name="makeContext">Given the screen that the options ask for.</param>
    public static Task<ExitCode> RunAsync(
        CommandTable table, IReadOnlyList<string> words, Screen screen, Func<string, string> typed,
        Func<ParseResult, Screen, CommandContext> makeContext, CancellationToken cancel) =>
        GuardAsync(screen, () =>
        {
            var parsed = table.Parse(words);
            var options = table.Options;
            var shown = screen.With(
                parsed.GetValue(options.Json), parsed.GetValue(options.Quiet), parsed.GetValue(options.Verbose));
            var command = parsed.CommandResult.Command as FerryCommand;
            if (parsed.GetValue(options.Help))
            {
                return Task.FromResult(Show(
                    screen, command is null ? HelpText.All(table) : HelpText.Of(command, options)));
            }
            if (command is null && parsed.GetValue(options.Version))
            {
                return Task.FromResult(Show(screen, ["ferry " + AppVersion.Text]));
            }
            if (command is null || parsed.Errors.Count > 0)
            {
                return Task.FromResult(Misused(table, parsed, command, screen, typed));
            }
            return command.RunAsync(parsed, makeContext(parsed, shown), cancel);
        }, cancel);

    private static ExitCode Show(Screen screen, IEnumerable<string> lines)
    {
        foreach (var line in lines) screen.Line(line);
        return ExitCode.Done;
    }

    private static ExitCode Misused(
        CommandTable table, ParseResult parsed, FerryCommand? command, Screen screen, Func<string, string> typed)
    {
        if (command is null)
        {
            screen.Error(table.NoCommand(parsed.UnmatchedTokens is [var word, ..] ? word : "", typed));
            return ExitCode.Usage;
        }
        screen.Error($"{command.Name}: {Misuse(parsed)}; see '{typed($"help {command.Name}")}'");
        return ExitCode.Usage;
    }

    /// <summary>The first error is enough: what follows is mostly its consequence.</summary>
    private static string Misuse(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is [var token, ..])
        {
            return token.StartsWith('-') ? $"there is no option '{token}'" : $"there is one word too many, '{token}'";
        }
        var missing = parsed.CommandResult.Command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > (parsed.GetResult(argument)?.Tokens.Count ?? 0));
        if (missing is not null) return $"{missing.Name} is missing";
        // The parser's own are sentences.
        var message = parsed.Errors[0].Message.TrimEnd('.');
        return char.ToLowerInvariant(message[0]) + message[1..];
    }

    private static async Task<ExitCode> GuardAsync(Screen screen, Func<Task<ExitCode>> run, CancellationToken cancel)
    {
        try
        {
            return await run();
        }
        catch (FerryException failure)
        {
            screen.Error(failure.Message);
            return ExitCodes.Of(failure.Kind);
        }
        catch (NoNodeException failure)
        {
            screen.Error(failure.Message);
            return ExitCode.NoNode;
        }
        catch (OutputException failure)
        {
            screen.Error(failure.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception bug)
        {
            screen.Error("an error inside Ferry: please report it with the text below");
            screen.ErrorDetail(bug.ToString());
            return ExitCode.Failed;
        }
    }
}
