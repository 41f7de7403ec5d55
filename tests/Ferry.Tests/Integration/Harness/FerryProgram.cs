using System.Text.Json;

namespace Ferry.Tests.Integration.Harness;

/// <summary>The built program, run as a user runs it.</summary>
internal static class FerryProgram
{
    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, "ferry-node.dll");

    /// <summary>The muxer that runs these tests runs the program too.</summary>
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public static IReadOnlyList<string> Command(params IEnumerable<string> arguments) =>
        [Dotnet, Library, .. arguments];

    public static IRunningCommand Start(params IReadOnlyList<string> arguments) =>
        RadioLab.IsHere ? new CommandHere(arguments) : ChildProcess.Start(Command(arguments));

    public static async Task<CommandResult> RunAsync(params IEnumerable<string> arguments)
    {
        await using var command = Start([.. arguments]);
        var code = await command.ExitAsync();
        return new CommandResult(code, [.. command.Output], command.Errors);
    }
}

/// <param name="Lines">Standard output.</param>
internal sealed record CommandResult(int Code, IReadOnlyList<string> Lines, string Errors)
{
    /// <summary>For runs with <c>--json</c>.</summary>
    public IReadOnlyList<JsonElement> Objects => [.. Lines.Select(line => JsonElement.Parse(line))];

    public override string ToString() => $"exit code {Code}\n{string.Join('\n', Lines)}\n{Errors}";
}
