namespace Ferry.Storage.Disk;

/// <summary>
/// A file that several threads use at once, and that is open only while it is needed: a node may have more unfinished
/// downloads than a process may hold files open. Closing and reopening wait for the users.
/// </summary>
internal sealed class SharedHandle(IDisk disk, string path) : IDisposable
{
    private readonly object _gate = new();
    private IDiskFile? _file;
    private int _users;

    public bool IsOpen
    {
        get
        {
            lock (_gate) return _file is not null;
        }
    }

    /// <summary>Opens the file if it is closed. It stays open at least until the use is disposed.</summary>
    public Use Acquire()
    {
        lock (_gate)
        {
            _file ??= disk.Open(path, DiskOpen.ReadWrite);
            _users++;
            return new Use(this, _file);
        }
    }

    public IDiskFile Reopen(DiskOpen mode)
    {
        lock (_gate)
        {
            CloseUnderGate();
            return _file = disk.Open(path, mode);
        }
    }

    public void CloseIfIdle()
    {
        lock (_gate)
        {
            if (_users == 0) CloseUnderGate();
        }
    }

    public void Dispose()
    {
        lock (_gate) CloseUnderGate();
    }

    private void CloseUnderGate()
    {
        while (_users > 0) Monitor.Wait(_gate);
        _file?.Dispose();
        _file = null;
    }

    private void Release()
    {
        lock (_gate)
        {
            if (--_users == 0) Monitor.PulseAll(_gate);
        }
    }

    public readonly struct Use(SharedHandle handle, IDiskFile file) : IDisposable
    {
        public IDiskFile File { get; } = file;

        public void Dispose() => handle.Release();
    }
}
