using System.Runtime.InteropServices;

namespace Ferry.App.Output;

/// <summary>System calls on the standard streams, which the framework's console does not offer (Unix).</summary>
internal static partial class Descriptor
{
    public const int Input = 0, Output = 1, Error = 2;

    public const int BrokenPipe = 32;

    private const int Interrupted = 4, AgainOnLinux = 11, AgainOnBsd = 35;
    private const int GetFlags = 1, CloseOnExec = 1;
    private const nuint GetWindowSize = 0x5413;
    private const short PollOut = 4, PollError = 8;

    /// <summary>
    /// Whether whoever started the program gave it this stream. One that was closed is not just missing: the runtime's
    /// own files take its number, and these, unlike what is inherited, are marked to be closed on exec.
    /// </summary>
    public static bool IsOpen(int descriptor)
    {
        if (OperatingSystem.IsWindows()) return true;
        var flags = Control(descriptor, GetFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    /// <returns>An errno; 0 when all was written.</returns>
    public static int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = Write(descriptor, bytes, bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            // Others who have the same stream may have made it non-blocking.
            if (error is AgainOnLinux or AgainOnBsd) _ = WaitFor(descriptor, PollOut);
            else if (error != Interrupted) return error;
        }
        return 0;
    }

    /// <summary>What the terminal says of itself; null when it does not know.</summary>
    public static TerminalSize? Size(int descriptor)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var size = default(WindowSize);
        return Control(descriptor, GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new TerminalSize(size.Columns, size.Rows) : null;
    }

    /// <summary>Returns when nobody reads any more what is written to a pipe; false when that is not known.</summary>
    public static bool WaitUntilBroken(int descriptor) => (WaitFor(descriptor, 0) & PollError) != 0;

    private static short WaitFor(int descriptor, short events)
    {
        while (true)
        {
            var wait = new PollEntry { Descriptor = descriptor, Events = events };
            if (Poll(ref wait, 1, -1) >= 0) return wait.Happened;
            if (Marshal.GetLastPInvokeError() != Interrupted) return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
