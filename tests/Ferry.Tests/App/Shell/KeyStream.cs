using System.Collections.Concurrent;
using System.Text;

namespace Ferry.Tests.App.Shell;

/// <summary>A keyboard on which a test types.</summary>
internal sealed class KeyStream : Stream
{
    private readonly BlockingCollection<byte[]> _typed = [];

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Type(string keys) => _typed.Add(Encoding.UTF8.GetBytes(keys));

    /// <summary>The terminal is gone.</summary>
    public void End() => _typed.CompleteAdding();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (!_typed.TryTake(out var bytes, Timeout.Infinite)) return 0;
        bytes.CopyTo(buffer, offset);
        return bytes.Length;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }
}
