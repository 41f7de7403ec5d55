using System.Runtime.InteropServices;

namespace Ferry.App.Shell;

/// <summary>
/// This process as a job of the terminal that it was started in. A terminal stops what reads from it in the background,
/// and what writes to it too where its user wants that (SIGTTIN, SIGTTOU). A node must go on there: it ignores both
/// signals, a read fails instead (EIO), and who wants to read waits for the foreground.
/// </summary>
internal sealed partial class TerminalJob(TimeProvider time) : IDisposable
{
    private const int StandardInput = 0, SIGTTIN = 21, SIGTTOU = 22, SIG_IGN = 1;

    /// <summary>A job that comes back is not told so: its shell sends SIGCONT to stopped ones only.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>It runs on in the background, and reads from a terminal.</summary>
    private volatile bool _keepsRunning;

    private PosixSignalRegistration? _continued;

    /// <summary>It was stopped, and goes on.</summary>
    public Action? WhenContinued { get; set; }

    /// <summary>
    /// False in the background, and when the terminal is gone. What the terminal stops there needs not ask.
    /// </summary>
    public bool MayRead => !_keepsRunning || GetForegroundGroup(StandardInput) == GetGroup();

    /// <summary>From now on it is not stopped in the background. Windows has none.</summary>
    public void KeepRunning()
    {
        if (OperatingSystem.IsWindows()) return;
        _ = Signal(SIGTTIN, SIG_IGN);
        _ = Signal(SIGTTOU, SIG_IGN);
        // After a stop the framework would set the terminal up again, and in doing so SIGTTOU to its default.
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            context.Cancel = true;
            WhenContinued?.Invoke();
        });
        _keepsRunning = !Console.IsInputRedirected;
    }

    public async Task WaitToReadAsync(CancellationToken cancel)
    {
        while (!MayRead) await Task.Delay(LookEvery, time, cancel);
    }

    public void Dispose() => _continued?.Dispose();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int GetGroup();

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
