using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;

namespace Ferry.Benchmarks.Log;

/// <summary>A disk that does not flush, for making ready what is measured on a real one.</summary>
internal sealed class HastyDisk() : WrappedDisk(new FileDisk())
{
    public override IDiskFile Open(string path, DiskOpen mode) => new HastyFile(base.Open(path, mode));
    public override void FlushDirectory(string folder) { }

    private sealed class HastyFile(IDiskFile file) : WrappedFile(file)
    {
        public override void Flush() { }
        public override void ForgetCache() { }
    }
}
