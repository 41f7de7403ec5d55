using Path = System.IO.Path;

namespace Ferry.TestKit.Disks;

/// <summary>
/// The folders of a disk. They are made and deleted durably; that one was renamed is durable when the folder above it
/// was flushed, and until then a power cut may undo it, with all that is in it.
/// </summary>
internal sealed class SimFolders
{
    private readonly HashSet<string> _all = ["/"];
    private readonly List<(string From, string To)> _unflushed = [];

    public bool Contains(string path) => _all.Contains(path);

    public void Add(string path)
    {
        for (var folder = path; folder is not null && _all.Add(folder);) folder = Path.GetDirectoryName(folder);
    }

    public void AddAll(SimFolders others) => _all.UnionWith(others._all);

    public IEnumerable<string> Within(string folder) => _all.Where(path => SimNames.IsWithin(path, folder));

    public void Move(string from, string to, SimNames names)
    {
        Rename(from, to, names);
        _unflushed.Add((from, to));
    }

    public void Delete(string folder, SimNames names)
    {
        foreach (var path in Within(folder).ToArray()) _all.Remove(path);
        names.TakeAll(folder);
    }

    public void Flush(string folder) => _unflushed.RemoveAll(move => SimNames.FolderOf(move.To) == folder);

    public void Crash(PowerCutLosses losses, SimNames names)
    {
        foreach (var (from, to) in Enumerable.Reverse(_unflushed).ToArray())
        {
            if (losses.Choose(2) == 0) Rename(to, from, names);
        }
        _unflushed.Clear();
    }

    private void Rename(string from, string to, SimNames names)
    {
        foreach (var path in Within(from).ToArray())
        {
            _all.Remove(path);
            _all.Add(to + path[from.Length..]);
        }
        names.MoveFolder(from, to);
    }
}
