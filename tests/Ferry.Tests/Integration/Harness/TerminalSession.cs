using System.Diagnostics;
using System.Text;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>A terminal (a pty, of script(1)) with an interactive bash, as a user has it.</summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    public const char CtrlZ = '\x1a';

    private readonly Process _process;
    private readonly StringBuilder _seen = new();
    private readonly Task _reading;

    private TerminalSession(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Skips the test, and says why, where there can be none.</summary>
    public static TerminalSession Open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "script(1) has other options elsewhere");
        foreach (var tool in (string[])["script", "bash"])
            Assert.SkipUnless(NetworkLab.IsInPath(tool), $"a terminal needs {tool} (apt install bsdutils bash)");
        var start = new ProcessStartInfo("script", ["-qfec", "bash --norc --noprofile -i", "/dev/null"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        start.Environment["TERM"] = "xterm";
        start.Environment["PS1"] = "$ ";
        start.Environment.Remove("FERRY_HOME");
        return new TerminalSession(
            Process.Start(start) ?? throw new InvalidOperationException("script(1) did not start"));
    }

    /// <summary>All that the terminal has shown.</summary>
    public string Seen
    {
        get { lock (_seen) return _seen.ToString(); }
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Until it has shown this text so often.</summary>
    public Task WaitForAsync(string text, int times = 1) => Eventually.GetAsync(
        $"'{text}' on the terminal, {times} times", () => Task.FromResult(Seen),
        seen => seen.Split(text).Length > times);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_seen) _seen.Append(buffer, 0, count);
        }
    }
}
