using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// A file system with little room: in memory, or on a loop device whose own disk is too small for it, where a flush
/// fails with an error of the device. Needs root.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly Stack<string> _mounts;
    private readonly string? _device;

    private SmallDisk(string path, string? device, params IEnumerable<string> mounts) =>
        (Path, _device, _mounts) = (path, device, new Stack<string>(mounts));

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(string path, int megabytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        await TryAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700", "tmpfs", path);
        return new SmallDisk(path, null, path);
    }

    /// <summary>
    /// Takes writes into its cache as long as it has room of its own, and finds out in flushing that the device below
    /// has none. It has when a file <c>ballast</c> beside the device's is deleted.
    /// </summary>
    /// <param name="below">A folder for the file that is the device.</param>
    public static async Task<SmallDisk> MountFailingAsync(string path, string below, int megabytes, int megabytesBelow)
    {
        var under = await MountAsync(below, megabytesBelow);
        var device = System.IO.Path.Combine(below, "device");
        try
        {
            await using (var file = File.Create(device)) file.SetLength((long)megabytes << 20);
            // Without a journal of its own, so that an error costs data and not the whole file system.
            await TryAsync("mkfs.ext4", "-q", "-O", "^has_journal", "-E", "lazy_itable_init=1", device);
            await TryAsync("mount", "-o", "loop,errors=continue", device, path);
        }
        catch
        {
            await under.DisposeAsync();
            throw;
        }
        return new SmallDisk(path, device, below, path);
    }

    /// <summary>One that is in memory.</summary>
    public Task ResizeAsync(int megabytes) => TryAsync("mount", "-o", $"remount,size={megabytes}m", Path);

    /// <summary>What is opened from now on cannot be written to.</summary>
    public async Task MakeReadOnlyAsync()
    {
        // A file system with files open for writing cannot become read-only, but a view of it can.
        await TryAsync("mount", "--bind", Path, Path);
        _mounts.Push(Path);
        await TryAsync("mount", "-o", "remount,bind,ro", Path);
    }

    public Task MakeWritableAsync() => TryAsync("mount", "-o", "remount,bind,rw", Path);

    /// <summary>Forgets what is only cached.</summary>
    public async Task RemountAsync()
    {
        await TryAsync("umount", Path);
        await TryAsync("mount", "-o", "loop", _device!, Path);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mount in _mounts)
        {
            await using var unmount = ChildProcess.Start(["umount", "--lazy", mount]);
            Assert.Equal(0, await unmount.ExitAsync());
        }
    }

    private static async Task TryAsync(params string[] command)
    {
        await using var process = ChildProcess.Start(command);
        var code = await process.ExitAsync();
        Assert.SkipUnless(code == 0, $"{string.Join(' ', command)} does not work here: {process.Errors}");
    }
}
