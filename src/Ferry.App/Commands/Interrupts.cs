using System.Runtime.InteropServices;

namespace Ferry.App.Commands;

/// <summary>
/// Ctrl-C and the signals that ask a program to end. The first one stops it in order; a second one is left to the
/// system, which ends it at once. A limit on the size of files (ulimit -f) is a
/// failure of the write that meets it and no reason to end.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    /// <summary>SIGXFSZ, which the framework has no name for; the same number on Linux, macOS and BSD.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile Action? _claimant;

    /// <summary>Ends the program.</summary>
    public CancellationToken Stop => _stop.Token;

    public static Interrupts OfProcess()
    {
        var interrupts = new Interrupts();
        interrupts.Register(PosixSignal.SIGINT, interrupts.OnInterrupt);
        interrupts.Register(PosixSignal.SIGTERM, interrupts.OnTerminate);
        interrupts.Register(PosixSignal.SIGHUP, interrupts.OnTerminate);
        if (!OperatingSystem.IsWindows()) interrupts.Register(FileTooLarge, () => true);
        return interrupts;
    }

    /// <summary>Until the claim is disposed Ctrl-C is the caller's, and does not end the program.</summary>
    public IDisposable Claim(Action onInterrupt)
    {
        var before = _claimant;
        _claimant = onInterrupt;
        return new Release(() => _claimant = before);
    }

    /// <summary>True when it is taken care of.</summary>
    public bool OnInterrupt()
    {
        if (_claimant is not { } claimant) return OnTerminate();
        claimant();
        return true;
    }

    /// <summary>True the first time.</summary>
    public bool OnTerminate()
    {
        if (_stop.IsCancellationRequested) return false;
        _stop.Cancel();
        return true;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Register(PosixSignal signal, Func<bool> handle) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = handle()));

    private sealed class Release(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
