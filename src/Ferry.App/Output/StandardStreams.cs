using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ferry.App.Output;

/// <summary>Standard output cannot be written: a full disk, or a stream that was closed.</summary>
internal sealed class OutputException(string message) : Exception(message);

/// <summary>
/// The three streams of the process. A pipe whose reader has gone is no failure: what is written is dropped, and the
/// program is told to end. Output that cannot be written otherwise is one. What cannot be said on standard error is
/// lost: there is nobody left to be told.
/// </summary>
internal sealed class StandardStreams : IDisposable
{
    private readonly Lock _gate = new();
    private Action? _whenGone;
    private volatile bool _isGone;

    /// <param name="whenGone">Called once nobody reads the output any more, perhaps more than once.</param>
    public StandardStreams(Action whenGone)
    {
        _whenGone = whenGone;
        Keys = Descriptor.IsOpen(Descriptor.Input) ? OpenInput() : Stream.Null;
        Input = new StreamReader(Keys, new UTF8Encoding(false));
        if (OperatingSystem.IsWindows())
        {
            (Output, Error) = (Console.Out, Console.Error);
            return;
        }
        Output = Writer(WriteOutput);
        Error = Descriptor.IsOpen(Descriptor.Error)
            ? Writer(bytes => _ = Descriptor.Write(Descriptor.Error, bytes)) : TextWriter.Null;
        new Thread(Watch) { IsBackground = true, Name = "output" }.Start();
    }

    private delegate void Write(ReadOnlySpan<byte> bytes);

    /// <summary>What <see cref="Input"/> reads; for whoever reads before it.</summary>
    public Stream Keys { get; }

    public TextReader Input { get; }
    public TextWriter Output { get; }
    public TextWriter Error { get; }

    /// <summary>Whoever read the output has gone.</summary>
    public bool OutputIsGone => _isGone;

    /// <summary>Nobody is told any more.</summary>
    public void Dispose()
    {
        lock (_gate) _whenGone = null;
    }

    /// <summary>
    /// Not Console's: it edits lines by itself and would keep half a line over Ctrl-C, where the system drops it, as
    /// people expect; and for that it changes the terminal's settings, again after every stop, for which a node in the
    /// background is stopped where 'stty tostop' holds.
    /// </summary>
    private static Stream OpenInput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(Descriptor.Input, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    private void WriteOutput(ReadOnlySpan<byte> bytes)
    {
        if (_isGone) return;
        if (!Descriptor.IsOpen(Descriptor.Output))
        {
            throw new OutputException(
                "standard output is closed: send it to a file or to a pipe, or to /dev/null if nobody needs it");
        }
        var error = Descriptor.Write(Descriptor.Output, bytes);
        if (error == Descriptor.BrokenPipe) EndGone();
        else if (error != 0)
        {
            var reason = Marshal.GetPInvokeErrorMessage(error);
            throw new OutputException($"standard output cannot be written ({reason}): send it to another place");
        }
    }

    /// <summary>A command that has nothing to write for long must end too when its reader has gone.</summary>
    private void Watch()
    {
        if (Descriptor.IsOpen(Descriptor.Output) && Descriptor.WaitUntilBroken(Descriptor.Output)) EndGone();
    }

    private void EndGone()
    {
        _isGone = true;
        lock (_gate) _whenGone?.Invoke();
    }

    /// <summary>Every write goes out at once, as people and pipes expect.</summary>
    private static StreamWriter Writer(Write write) =>
        new(new WriteOnly(write), new UTF8Encoding(false)) { AutoFlush = true };

    private sealed class WriteOnly(Write write) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => write(buffer.AsSpan(offset, count));
        public override void Write(ReadOnlySpan<byte> buffer) => write(buffer);
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
