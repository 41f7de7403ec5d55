using Path = System.IO.Path;

namespace Ferry.TestKit.Disks;

/// <summary>
/// The names on a disk, twice: as programs see them and as a power cut would leave them. A crash keeps, for each folder
/// on its own, some prefix of the changes made since its last flush: file systems with a journal keep the order within
/// a folder, but nothing promises an order between folders. Folders themselves are durable at once.
/// </summary>
internal sealed class SimNames
{
    private readonly SortedDictionary<string, SimFile> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimFile> _durable = new(StringComparer.Ordinal);
    private readonly List<Change> _unflushed = [];

    public IReadOnlyDictionary<string, SimFile> Seen => _seen;
    public bool HasUnflushed => _unflushed.Count > 0;

    public static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "/";

    public void Link(string path, SimFile file) => Do(new Change(null, path, file));

    public void Move(string from, string to) => Do(new Change(from, to, _seen[from]));

    public void Unlink(string path) => Do(new Change(path, null, _seen[path]));

    /// <summary>Durably, and whatever was there.</summary>
    public void Put(string path, SimFile file) => _seen[path] = _durable[path] = file;

    public void Take(string path)
    {
        _seen.Remove(path);
        _durable.Remove(path);
    }

    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>Everything below one folder is below another one, as it was, flushed or not.</summary>
    public void MoveFolder(string from, string to)
    {
        string Moved(string path) => IsWithin(path, from) ? to + path[from.Length..] : path;
        foreach (var names in new[] { _seen, _durable })
        {
            foreach (var (path, file) in names.Where(name => IsWithin(name.Key, from)).ToArray())
            {
                names.Remove(path);
                names.Add(Moved(path), file);
            }
        }
        for (var i = 0; i < _unflushed.Count; i++)
        {
            var change = _unflushed[i];
            _unflushed[i] = change with
            {
                From = change.From is { } old ? Moved(old) : null,
                To = change.To is { } now ? Moved(now) : null,
            };
        }
    }

    /// <summary>Durably.</summary>
    public void TakeAll(string folder)
    {
        foreach (var path in _seen.Keys.Concat(_durable.Keys).Where(path => IsWithin(path, folder)).ToArray())
            Take(path);
        _unflushed.RemoveAll(change => IsWithin(change.To ?? change.From!, folder));
    }

    public void FlushFolder(string folder)
    {
        foreach (var change in _unflushed) if (change.Touches(folder)) change.Apply(_durable);
        _unflushed.RemoveAll(change => change.Touches(folder));
    }

    /// <summary>All files that still exist, seen or durable, in a fixed order.</summary>
    public IEnumerable<SimFile> Files() =>
        _seen.Values.Concat(_durable.Values).Distinct().OrderBy(file => file.Inode);

    public void Crash(PowerCutLosses losses)
    {
        foreach (var folder in _unflushed.Select(change => change.Folder).Distinct().ToArray())
        {
            var changes = _unflushed.Where(change => change.Folder == folder).ToArray();
            // Chance would seldom keep all or nothing of many changes.
            var kept = !losses.IsByChance ? losses.Choose(changes.Length + 1)
                : losses.Choose(3) switch { 0 => 0, 1 => changes.Length, _ => losses.Choose(changes.Length + 1) };
            foreach (var change in changes[..kept]) change.Apply(_durable);
        }
        _unflushed.Clear();
        _seen.Clear();
        foreach (var (path, file) in _durable) _seen.Add(path, file);
    }

    public SimNames DurableCopy()
    {
        var copy = new SimNames();
        foreach (var (path, file) in _durable)
        {
            var durable = file.DurableCopy();
            copy._seen.Add(path, durable);
            copy._durable.Add(path, durable);
        }
        return copy;
    }

    private void Do(Change change)
    {
        change.Apply(_seen);
        _unflushed.Add(change);
    }

    private sealed record Change(string? From, string? To, SimFile File)
    {
        public string Folder => FolderOf(To ?? From!);

        public bool Touches(string folder) =>
            (From is not null && FolderOf(From) == folder) || (To is not null && FolderOf(To) == folder);

        public void Apply(SortedDictionary<string, SimFile> names)
        {
            if (From is not null) names.Remove(From);
            if (To is not null) names[To] = File;
        }
    }
}
