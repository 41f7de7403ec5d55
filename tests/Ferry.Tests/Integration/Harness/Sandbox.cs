using Ferry.Tests.Architecture;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>Runs commands with some system calls refused (tests/labs/sandbox/refuse.c).</summary>
internal sealed class Sandbox
{
    public const int EPERM = 1, EACCES = 13, EAFNOSUPPORT = 97;

    private readonly string _refuse;

    private Sandbox(string refuse) => _refuse = refuse;

    /// <summary>Skips the test, and says why, where there can be none.</summary>
    public static async Task<Sandbox> BuildAsync(TemporaryFolder folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "system calls are refused on Linux only");
        Assert.SkipUnless(NetworkLab.IsInPath("cc"), "a sandbox needs a C compiler (apt install gcc libc6-dev)");
        var refuse = folder["refuse"];
        var source = Repository.FullPath("tests/labs/sandbox/refuse.c");
        await using var compiler = ChildProcess.Start(["cc", "-o", refuse, source]);
        Assert.True(await compiler.ExitAsync() == 0, compiler.Errors);
        return new Sandbox(refuse);
    }

    /// <summary>What to put before a command.</summary>
    public IReadOnlyList<string> Refusing(int errno, params IEnumerable<string> calls) =>
        [_refuse, $"{errno}", .. calls, "--"];
}
