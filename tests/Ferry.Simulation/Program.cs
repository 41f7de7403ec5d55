using Ferry.Simulation.Replay;
using Ferry.Simulation.Scenarios;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Ferry.Simulation;

/// <summary>
/// Three programs in one: with an option of the simulation it runs seeds by hand; with <c>replay</c> it runs the core
/// of a recorded node again; otherwise it is the test project that xunit's generated entry point would make of it.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["replay", .. var rest]) return ReplayCommand.Run(rest, Console.Out, Console.Error);
        if (HandRun.TryParse(args, out var run)) return run.Execute(Console.Out, Console.Error);
        if (args.Any(arg => arg is "--server" or "--internal-msbuild-node"))
            return await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
        return await ConsoleRunner.Run(args);
    }
}
